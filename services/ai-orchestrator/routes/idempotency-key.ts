import { z } from 'zod';

/** A repeat of a request with the same key is the same request. */
export const idempotencyKeyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
    .describe('A repeat with the same key is the same request'),
});
