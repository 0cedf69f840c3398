import { metrics } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
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
  // Who is over the limit is known here for the rest of the window: refusing her costs nothing.
  const local = { rejectIfRedisNotReady: true, inMemoryBlockOnConsumed: points + 1 };
  const shared = redis && new RateLimiterRedis({ ...options, ...local, storeClient: redis });
  const insured = metrics.getMeter('gocoffee.http').createCounter('http.server.rate_limit.insured', {
    unit: '{request}',
    description: 'Requests that were counted without Redis',
  });
  return {
    async take(key) {
      const quota = shared && (await takeFrom(shared, key));
      if (quota) return quota;
      if (shared) insured.add(1);
      // Memory can always tell.
      return (await takeFrom(memory, key)) as Quota;
    },
  };
}

/** Undefined when the limiter can't tell. */
async function takeFrom(limiter: RateLimiterAbstract, key: string): Promise<Quota | undefined> {
  try {
    return quotaOf(limiter, await limiter.consume(key), true);
  } catch (refusal) {
    return refusal instanceof RateLimiterRes ? quotaOf(limiter, refusal, false) : undefined;
  }
}

const quotaOf = ({ points }: RateLimiterAbstract, result: RateLimiterRes, allowed: boolean): Quota => ({
  allowed,
  limit: points,
  remaining: result.remainingPoints,
  windowSeconds,
  resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1_000)),
});
