import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AppError } from '#platform/errors/app-error.ts';
import { idempotencyKey } from '#platform/http/idempotency-key.ts';

/** Here every request needs a key. */
export const idempotencyKeyHeaders = z.object({
  'idempotency-key': idempotencyKey.describe('A repeat with the same key is the same request'),
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
