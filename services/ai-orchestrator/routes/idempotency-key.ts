import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AppError } from '#platform/errors/app-error.ts';

/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): here every request needs one. */
export const idempotencyKeyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .describe('A repeat with the same key is the same request'),
});

/** @throws AppError `idempotency-key-reused` unless a repeat asks for what was asked for first. */
export function requireSameRequest(first: unknown, repeat: unknown): void {
  if (isDeepStrictEqual(first, repeat)) return;
  throw new AppError(
    'idempotency-key-reused',
    'This Idempotency-Key belongs to another request: use a new one.',
    {
      fields: [{ field: 'header.idempotency-key', message: 'was used with another body' }],
    },
  );
}
