import { idempotencyKey } from '#platform/http/idempotency-key.ts';

/** The key of a command, which may be sent without one. */
export const optionalIdempotencyKey = idempotencyKey
  .describe(
    'A repeat with the same key is the same command. Without it every request is a command of its own.',
  )
  .optional();
