import { z } from 'zod';

/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): here every request needs one. */
export const idempotencyKeyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .describe('A repeat with the same key is the same request'),
});
