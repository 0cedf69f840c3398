import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Quota, RateLimiter } from '../http/rate-limit.ts';

const windowSeconds = 60;

export interface RateLimiterOptions {
  readonly requestsPerMinute: number;
  /** Shared by all replicas and services; without, each process counts for itself. */
  readonly redis?: Redis | undefined;
}

/**
 * Counts requests a minute by key. While Redis is away each process counts for itself, so that nobody is let through
 * unlimited and nobody is refused for it.
 */
export function createRateLimiter({ requestsPerMinute: points, redis }: RateLimiterOptions): RateLimiter {
  const options = { points, duration: windowSeconds, keyPrefix: 'rate-limit' };
  const memory = new RateLimiterMemory(options);
  const limiter = redis
    ? new RateLimiterRedis({
        ...options,
        storeClient: redis,
        insuranceLimiter: memory,
        rejectIfRedisNotReady: true,
        // Who is over the limit is known here for the rest of the window: refusing her costs nothing.
        inMemoryBlockOnConsumed: points + 1,
      })
    : memory;
  const quotaOf = (result: RateLimiterRes, allowed: boolean): Quota => ({
    allowed,
    limit: points,
    remaining: result.remainingPoints,
    windowSeconds,
    resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1_000)),
  });
  return {
    async take(key) {
      try {
        return quotaOf(await limiter.consume(key), true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return quotaOf(refusal, false);
        throw refusal;
      }
    },
  };
}
