import { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import type { TlsIdentity } from '../tls/identity.ts';

export interface RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Plaintext without. */
  readonly tls?: TlsIdentity | undefined;
  /** Shown in CLIENT LIST. */
  readonly name: string;
}

// A cache that answers late is worth less than none: callers go on without it.
const commandTimeoutMs = 250;
const longestReconnectDelayMs = 2_000;

/**
 * A connection to Redis that comes back by itself. While it is away commands fail at once instead of queueing, so that
 * memory stays bounded and requests do not wait.
 */
export function createRedis(options: RedisOptions, log: Logger): Redis {
  const redis = new Redis({
    host: options.host,
    port: options.port,
    ...(options.tls ? { tls: options.tls.liveClientOptions() } : {}),
    username: options.username,
    password: options.password,
    connectionName: options.name,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), longestReconnectDelayMs),
  });
  // Reported once for each loss, not once for each attempt.
  let away = false;
  const lost = (error: string): void => {
    if (!away) log.warn({ error }, 'redis is away');
    away = true;
  };
  redis.on('error', ({ message }: Error) => lost(message));
  // A server, or a proxy before it, that ends connections in an orderly way makes no error. The first time it may be a
  // restart, or the next attempt says why.
  let attempts = 0;
  redis.on('reconnecting', () => {
    attempts += 1;
    if (attempts > 1) lost('The connection was closed.');
  });
  redis.on('ready', () => {
    if (away) log.info('redis is back');
    away = false;
    attempts = 0;
  });
  return redis;
}

/** Rejects unless Redis answers: for readiness. */
export async function pingRedis(redis: Redis): Promise<void> {
  await redis.ping();
}
