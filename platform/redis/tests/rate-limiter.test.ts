import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { TcpProxy } from '#platform/testing/tcp-proxy.ts';
import type { Quota, RateLimiter } from '../../http/rate-limit.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { createRedis } from '../redis.ts';

const requestsPerMinute = 20;

/** Limiters of two replicas, with one Redis behind a proxy. */
async function replicas(stack: AsyncDisposableStack): Promise<[TcpProxy, RateLimiter, RateLimiter]> {
  const { host, port, password } = inject('redis');
  const proxy = stack.use(await TcpProxy.start(() => ({ host, port })));
  const limiterOf = async (name: string): Promise<RateLimiter> => {
    const options = { host: proxy.host, port: proxy.port, username: 'default', password, name };
    const redis = createRedis(options, quietLog());
    stack.defer(() => redis.disconnect());
    await poll(() => redis.status === 'ready', { what: 'redis' });
    return createRateLimiter({ requestsPerMinute, redis });
  };
  return [proxy, await limiterOf('one'), await limiterOf('two')];
}

const allowed = (quotas: readonly Quota[]): number => quotas.filter((quota) => quota.allowed).length;

// Guard: the limit is of the platform, not of each replica.
it('counts for all replicas together', async () => {
  await using stack = new AsyncDisposableStack();
  const [, one, two] = await replicas(stack);
  const key = randomUUID();
  const quotas = await Promise.all(
    Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? one : two).take(key)),
  );
  expect(allowed(quotas)).toBe(requestsPerMinute);
  expect(await one.take(key)).toMatchObject({ allowed: false, remaining: 0, limit: requestsPerMinute });
  expect(await two.take(randomUUID())).toMatchObject({ allowed: true });
});

// Guard: without Redis nobody is unlimited, and nobody is refused for it.
it('counts by itself while Redis is away, and at once', async () => {
  await using stack = new AsyncDisposableStack();
  const [proxy, one, two] = await replicas(stack);
  const key = randomUUID();
  proxy.goAway();
  const startedAt = performance.now();
  const quotas: Quota[] = [];
  for (let request = 0; request < 30; request += 1) quotas.push(await one.take(key));
  expect(allowed(quotas)).toBe(requestsPerMinute);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  expect(await two.take(key)).toMatchObject({ allowed: true });
  proxy.restore();
  await poll(async () => (await one.take(randomUUID())).allowed, { what: 'redis to be back' });
});
