import { z } from 'zod';

/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

export const optionalIdempotencyKey = idempotencyKey
  .describe(
    'A repeat with the same key is the same command. Without it every request is a command of its own.',
  )
  .optional();
