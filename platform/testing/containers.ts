import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { KafkaContainer, type StartedKafkaContainer } from '@testcontainers/kafka';
import { PostgreSqlContainer, type StartedPostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer, type StartedRedisContainer } from '@testcontainers/redis';
import { createKafka } from '../kafka/client.ts';
import { poll } from './poll.ts';
import { quietLog } from './recording-log.ts';

const images = parseEnv(readFileSync(new URL('../../.env', import.meta.url), 'utf8'));

/** The name of an image in `.env`, the single list of them. */
export function image(variable: string): string {
  const name = images[variable];
  if (!name) throw new Error(`.env has no ${variable}`);
  return name;
}

/** What Testcontainers needs to know; it reads it when it starts its first container. */
export function prepareRuntime(): void {
  process.env.RYUK_CONTAINER_IMAGE ??= image('RYUK_IMAGE');
  // Inside a container that has its own daemon the library takes the bridge's address for the host's.
  process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1';
}

/** How long a container may take to start, on a machine that does much else. */
export const startupTimeoutMs = 180_000;

// The port that the module publishes for clients outside of the container.
export const kafkaPort = 9093;

/** A single broker in KRaft mode with small memory; partitions are cheap, the offsets topic has one. */
export async function startKafka(): Promise<StartedKafkaContainer> {
  prepareRuntime();
  const container = await new KafkaContainer(image('KAFKA_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withEnvironment({
      KAFKA_HEAP_OPTS: '-Xms256m -Xmx384m',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      // A killed broker can only register again when its old session has expired (9 s by default).
      KAFKA_BROKER_SESSION_TIMEOUT_MS: '3000',
      KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
    })
    .start();
  await brokerAnswers(brokerOf(container));
  return container;
}

/** Resolves when the broker serves clients; its published port accepts connections long before that. */
export async function brokerAnswers(broker: string): Promise<void> {
  const admin = createKafka({ brokers: [broker], clientId: 'test' }, quietLog()).admin();
  const ask = async (): Promise<boolean> => {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  };
  await poll(ask, { what: `the broker at ${broker}`, deadlineMs: 180_000 });
  await admin.disconnect();
}

export const brokerOf = (container: StartedKafkaContainer): string =>
  `${container.getHost()}:${container.getMappedPort(kafkaPort)}`;

export const databasePassword = 'only-for-tests';

/**
 * PostgreSQL with the durability settings that it has by default: tests must not run on weaker ones.
 *
 * @param command overrides the image's, for settings.
 */
export function startPostgres(command?: readonly string[]): Promise<StartedPostgreSqlContainer> {
  prepareRuntime();
  const container = new PostgreSqlContainer(image('POSTGRES_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withUsername('postgres')
    .withPassword(databasePassword)
    .withDatabase('coffee');
  return (command ? container.withCommand([...command]) : container).start();
}

export const redisPassword = 'only-for-tests';

export function startRedis(): Promise<StartedRedisContainer> {
  prepareRuntime();
  return new RedisContainer(image('REDIS_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withPassword(redisPassword)
    .start();
}
