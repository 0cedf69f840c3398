import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { VersionedCache } from '../versioned-cache.ts';

let redis: Redis;
let cache: VersionedCache;
beforeAll(() => {
  redis = new Redis(inject('redis'));
  cache = new VersionedCache(redis);
});
afterAll(() => redis.quit());

it('keeps the newest version, whatever comes later', async () => {
  const key = randomUUID();
  await cache.put({ key, version: 10 }, 'ten', 60_000);
  await cache.put({ key, version: 9 }, 'nine', 60_000);
  expect(await cache.get(key)).toBe('ten');
  await cache.put({ key, version: 11 }, 'with | in | it', 60_000);
  expect(await cache.get(key)).toBe('with | in | it');
});

// Guard: the comparison of versions. A reader that asked the order book before the change writes after it.
it('does not take back what was invalidated while a reader was on its way', async () => {
  const [key, other] = [randomUUID(), randomUUID()];
  await cache.put({ key, version: 2 }, 'two', 60_000);
  await cache.invalidate(
    [
      { key, version: 3 },
      { key: other, version: 5 },
    ],
    60_000,
  );
  expect(await cache.get(key)).toBeUndefined();
  await cache.put({ key, version: 2 }, 'two', 60_000);
  expect(await cache.get(key)).toBeUndefined();
  await cache.put({ key, version: 3 }, 'three', 60_000);
  expect(await cache.get(key)).toBe('three');
  await cache.put({ key: other, version: 5 }, 'five', 60_000);
  expect(await cache.get(other)).toBe('five');
});

it('does not throw away what is as new as the invalidation', async () => {
  const key = randomUUID();
  await cache.put({ key, version: 4 }, 'four', 60_000);
  await cache.invalidate([{ key, version: 4 }], 60_000);
  expect(await cache.get(key)).toBe('four');
  await cache.invalidate([], 60_000);
});

it('forgets by itself', async () => {
  const key = randomUUID();
  await cache.put({ key, version: 1 }, 'one', 30);
  await poll(async () => (await cache.get(key)) === undefined);
});
