import type { TestProject } from 'vitest/node';
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

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port */
    readonly broker: string;
    readonly postgres: Address & { readonly password: string };
    readonly redis: Address & { readonly password: string };
  }
}

/**
 * One Kafka, one PostgreSQL and one Redis for the whole run: tests share them by taking databases, topics and groups
 * of their own. A test that restarts a server starts its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
  project.provide('broker', brokerOf(kafka.value));
  project.provide('postgres', {
    host: postgres.value.getHost(),
    port: postgres.value.getPort(),
    password: databasePassword,
  });
  project.provide('redis', {
    host: redis.value.getHost(),
    port: redis.value.getPort(),
    password: redisPassword,
  });
  return stop;
}
