import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const cursor = { createdAt: '2026-03-01T08:00:00.123456Z', orderId: 'd16c66e4-140c-438c-8e78-84e0bb3e4909' };
const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  test('comes back with its microseconds', () => {
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    expect(encodeCursor(cursor)).toMatch(/^[\w-]{1,200}$/);
  });

  test.each([
    '',
    'nonsense',
    encoded('2026-03-01T08:00:00.123456Z'),
    encoded('2026-03-01T08:00:00.123456Z x'),
    encoded('2026-02-31T08:00:00.123456Z d16c66e4-140c-438c-8e78-84e0bb3e4909'),
    encoded('0000-01-01T00:00:00.000000Z d16c66e4-140c-438c-8e78-84e0bb3e4909'),
    encoded('2026-03-01T08:00:00.123Z d16c66e4-140c-438c-8e78-84e0bb3e4909'),
    encoded("2026-03-01T08:00:00.123456Z ' or 1=1"),
    `${encodeCursor(cursor)}=`,
    `${encodeCursor(cursor)}!`,
  ])('that is none is refused: %j', (text) => {
    expect(() => decodeCursor(text)).toThrow(
      expect.objectContaining({
        code: 'validation-failed',
        fields: [expect.objectContaining({ field: 'query.cursor' })],
      }),
    );
  });
});
