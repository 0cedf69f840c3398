import { expect, test } from 'vitest';
import { readEndToEnd } from './end-to-end.ts';

const database = (row: object) => ({ raw: async () => ({ rows: [row] }) }) as never;
const now = new Date();

test('how long orders took comes as percentiles in milliseconds', async () => {
  const { processed } = await readEndToEnd(database({ count: 3, ms: [10, 20, 30] }), now, now);
  expect(processed).toEqual({ count: 3, p50Ms: 10, p95Ms: 20, p99Ms: 30 });
});

test('no orders took no time that could be below a limit', async () => {
  const { processed, completed } = await readEndToEnd(database({ count: 0, ms: null }), now, now);
  expect(processed).toEqual({ count: 0, p50Ms: Number.NaN, p95Ms: Number.NaN, p99Ms: Number.NaN });
  expect(completed.p95Ms < 2_000).toBe(false);
});
