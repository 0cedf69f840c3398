import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, inject } from 'vitest';
import { orderEventsTopic, ordersTopic, paymentsTopic, topics } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { createKafka } from '#platform/kafka/client.ts';
import type { Address } from '#platform/testing/global-setup.ts';
import { KafkaProxy } from '#platform/testing/kafka-proxy.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { TcpProxy } from '#platform/testing/tcp-proxy.ts';
import { createTestDatabase } from '#platform/testing/test-database.ts';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { emptyTopic, TopicRecorder } from '#platform/testing/topic-recorder.ts';
import { FolderAuthority, FolderParts } from '../../services/bootstrap/folder-secrets.ts';
import { parts as allParts } from '../../services/bootstrap/parts.ts';
import { ensurePasswords, handOutSecrets } from '../../services/bootstrap/secrets.ts';
import { loadMigrateConfig } from '../../services/migrate/config.ts';
import { prepare } from '../../services/migrate/prepare.ts';

/** What the services of one test run on; each server can be taken away by its proxy. */
export interface Stage extends AsyncDisposable {
  readonly kafkaProxy: KafkaProxy;
  readonly postgresProxy: TcpProxy;
  readonly redisProxy: TcpProxy;
  /** A client that goes through the proxy. */
  readonly kafka: Kafka;
  /** A client that nothing is taken away from. */
  readonly directKafka: Kafka;
  /** A pool of the superuser, which nothing is taken away from. */
  readonly database: Database;
  /** Everything that the platform's topics got since the stage was made. */
  readonly recorder: TopicRecorder;
  /** The environment of a service, as Compose would set it; its group is new. */
  readonly environment: (
    service: 'producer' | 'consumer' | 'streams' | 'ai-orchestrator',
  ) => Record<string, string>;
}

export interface StageServers {
  readonly broker: () => Address;
  readonly postgres: () => Address;
}

function sharedServers(): StageServers {
  const [host = '', port] = inject('broker').split(':');
  return { broker: () => ({ host, port: Number(port) }), postgres: () => inject('postgres') };
}

/**
 * Bootstraps and migrates as in production: passwords in a folder, roles, schemas, topics. Each stage has a database
 * and a consumer group of its own in the shared servers, or in those given.
 */
export async function setStage(own: Partial<StageServers> = {}): Promise<Stage> {
  const servers = { ...sharedServers(), ...own };
  await using parts = new AsyncDisposableStack();
  const redis = inject('redis');
  const kafkaProxy = parts.use(await KafkaProxy.start(servers.broker));
  const postgresProxy = parts.use(await TcpProxy.start(servers.postgres));
  const redisProxy = parts.use(await TcpProxy.start(() => redis));
  const { log } = recordingLog();
  const { password } = inject('postgres');
  // What the test itself looks with is never taken away; its proxies only follow servers whose ports change.
  const steadyKafka = parts.use(await KafkaProxy.start(servers.broker));
  const steadyPostgres = parts.use(await TcpProxy.start(servers.postgres));
  const { host: databaseHost, port: databasePort } = steadyPostgres;
  const testDatabase = parts.use(
    await createTestDatabase({ host: databaseHost, port: databasePort, password }),
  );

  const secrets = await mkdtemp(join(tmpdir(), 'go-coffee-secrets-'));
  parts.defer(() => rm(secrets, { recursive: true }));
  const authority = await FolderAuthority.open(join(secrets, 'authority'));
  await ensurePasswords(authority);
  await handOutSecrets(authority, new FolderParts(secrets), allParts);
  const { host, port } = servers.broker();
  const common = {
    KAFKA_BROKERS: `${host}:${port}`,
    DATABASE_NAME: testDatabase.options.name,
    SECRETS_DIRECTORY: join(secrets, 'migrate'),
    // These tests are about orders; what TLS does is tested where it is made.
    COFFEE_TLS: 'off',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    HEALTH_CHECK_INTERVAL: '1s',
    CONSUMER_GROUP: `consumer-${randomUUID()}`,
    STREAMS_GROUP: `streams-${randomUUID()}`,
    AI_GROUP: `ai-orchestrator-${randomUUID()}`,
  };
  await prepare(
    loadMigrateConfig({
      ...common,
      DATABASE_HOST: testDatabase.options.host,
      DATABASE_PORT: String(testDatabase.options.port),
      DATABASE_USER: 'postgres',
      DATABASE_PASSWORD: password,
    }),
    log,
    new AbortController().signal,
  );

  const { socketFactory } = kafkaProxy;
  const kafka = createKafka({ brokers: [common.KAFKA_BROKERS], clientId: 'test', socketFactory }, log);
  const direct = createKafka(
    { brokers: [common.KAFKA_BROKERS], clientId: 'test-observer', socketFactory: steadyKafka.socketFactory },
    log,
  );
  for (const { name } of [ordersTopic, orderEventsTopic, paymentsTopic]) await emptyTopic(direct, name);
  const names = topics.map((topic) => topic.name);
  const recorder = parts.use(await TopicRecorder.start(direct, names));

  const passwords = {
    identity: await readFile(join(secrets, 'producer', 'identity-database-password'), 'utf8'),
    producer: await readFile(join(secrets, 'producer', 'producer-database-password'), 'utf8'),
    consumer: await readFile(join(secrets, 'consumer', 'consumer-database-password'), 'utf8'),
    streams: await readFile(join(secrets, 'streams', 'streams-database-password'), 'utf8'),
    'ai-orchestrator': await readFile(
      join(secrets, 'ai-orchestrator', 'ai-orchestrator-database-password'),
      'utf8',
    ),
  };
  const owned = parts.move();
  return {
    kafkaProxy,
    postgresProxy,
    redisProxy,
    kafka,
    directKafka: direct,
    database: testDatabase.database,
    recorder,
    environment: (service) => ({
      ...common,
      DATABASE_HOST: postgresProxy.host,
      DATABASE_PORT: String(postgresProxy.port),
      DATABASE_USER: service,
      DATABASE_PASSWORD: passwords[service],
      REDIS_HOST: redisProxy.host,
      REDIS_PORT: String(redisProxy.port),
      REDIS_PASSWORD: redis.password,
      ...testIdentityEnvironment,
      // A test asks as often as it likes, and as few people.
      RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
      IDENTITY_DATABASE_PASSWORD: passwords.identity,
      MENU_REFRESH_INTERVAL: '500ms',
      // Reads may be slow on a busy machine; these tests are about what they say.
      ORDER_READ_TIMEOUT: '10s',
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** One stage for all tests of a file. */
export function useStage(): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());
  return () => {
    if (!stage) throw new Error('the stage is not set yet');
    return stage;
  };
}
