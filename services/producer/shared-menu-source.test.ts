import { expect, test } from 'vitest';
import { quietLog } from '#platform/testing/recording-log.ts';
import { SharedMenuSource } from './shared-menu-source.ts';
import { FakeMenuSource, FakeRedis, menu } from './tests/fakes.ts';

function setUp(replicas = 1) {
  const redis = new FakeRedis();
  const source = new FakeMenuSource();
  const shared = Array.from({ length: replicas }, () => new SharedMenuSource(source, redis, quietLog()));
  return { redis, source, shared };
}

// Guard: the lock. All replicas see a new revision within the same seconds.
test('one of many replicas loads a new menu, the others take it from Redis', async () => {
  const { source, shared } = setUp(10);
  const loaded = await Promise.all(shared.map((replica) => replica.load()));
  expect(source.loads).toBe(1);
  expect(loaded.map(({ revision }) => revision)).toEqual(Array(10).fill('3'));
});

test('loads again when the revision is another one', async () => {
  const { source, shared } = setUp(2);
  await Promise.all(shared.map((replica) => replica.load()));
  source.menu = { ...menu, version: 4 };
  const loaded = await Promise.all(shared.map((replica) => replica.load()));
  expect(loaded.map((found) => found.menu.version)).toEqual([4, 4]);
  expect(source.loads).toBe(2);
});

test('a replica that starts while PostgreSQL is away takes the latest menu', async () => {
  const { redis, source, shared } = setUp();
  await shared[0]?.load();
  source.failure = new Error('no route to host');
  const late = new SharedMenuSource(source, redis, quietLog());
  expect((await late.load()).menu).toEqual(menu);
  redis.away = true;
  await expect(late.load()).rejects.toThrow('no route to host');
});

test('without Redis, or with nonsense in it, each replica loads for itself', async () => {
  const { redis, source, shared } = setUp(3);
  redis.values.set('menu:latest', '{"menu":');
  expect((await shared[0]?.load())?.menu).toBe(menu);
  redis.away = true;
  await Promise.all(shared.map((replica) => replica.load()));
  expect(source.loads).toBe(4);
});

test('does not wait for ever for a replica that died while it was loading', async () => {
  const { redis, source, shared } = setUp();
  redis.values.set('menu:loading:3', '1');
  expect((await shared[0]?.load())?.menu).toBe(menu);
  expect(source.loads).toBe(1);
});
