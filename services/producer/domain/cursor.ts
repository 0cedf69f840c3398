import { z } from 'zod';
import { AppError } from '#platform/errors/app-error.ts';

/** The place after an order in the list of orders, newest first. */
export interface Cursor {
  /** RFC 3339 in UTC with microseconds, as PostgreSQL keeps it: a Date would lose digits, and so orders. */
  readonly createdAt: string;
  readonly orderId: string;
}

const content = z.tuple([z.iso.datetime({ precision: 6 }), z.uuid()]);

export const encodeCursor = ({ createdAt, orderId }: Cursor): string =>
  Buffer.from(`${createdAt} ${orderId}`).toString('base64url');

/** @throws AppError `validation-failed` when the text is not from encodeCursor. */
export function decodeCursor(text: string): Cursor {
  const parsed = content.safeParse(Buffer.from(text, 'base64url').toString('utf8').split(' '));
  if (parsed.success) {
    const [createdAt, orderId] = parsed.data;
    const cursor = { createdAt, orderId };
    if (encodeCursor(cursor) === text && !createdAt.startsWith('0000')) return cursor;
  }
  const message = 'must be the nextCursor of an earlier answer';
  throw new AppError('validation-failed', `query.cursor ${message}`, {
    fields: [{ field: 'query.cursor', message }],
  });
}
