import {
  brokerOf,
  databasePassword,
  redisPassword,
  startKafka,
  startPostgres,
  startRedis,
} from './containers.ts';

/** Where a server listens on this machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What integration tests find with vitest's `inject`. */
export interface TestServers {
  /** host:port */
  readonly broker: string;
  readonly postgres: Address & { readonly password: string };
  readonly redis: Address & { readonly password: string };
}

/**
 * Starts one Kafka, one PostgreSQL and one Redis, which stop on disposal.
 *
 * @throws AggregateError with the reason of each that did not start; the others are stopped.
 */
export async function startServers(): Promise<TestServers & AsyncDisposable> {
  const started = await Promise.allSettled([startKafka(), startPostgres(), startRedis()]);
  const stop = async (): Promise<void> => {
    await Promise.all(
      started.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)),
    );
  };
  const [kafka, postgres, redis] = started;
  if (kafka.status === 'rejected' || postgres.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    const reasons = started.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    throw new AggregateError(reasons, `containers did not start: ${reasons.map(String).join('; ')}`);
  }
  return {
    broker: brokerOf(kafka.value),
    postgres: {
      host: postgres.value.getHost(),
      port: postgres.value.getPort(),
      password: databasePassword,
    },
    redis: { host: redis.value.getHost(), port: redis.value.getPort(), password: redisPassword },
    [Symbol.asyncDispose]: stop,
  };
}
