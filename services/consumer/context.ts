import { ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import { type Database, pingDatabase } from '#platform/database/database.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import type { Kafka } from '#platform/kafka/client.ts';
import { createBatchHandler } from '#platform/kafka/handle-batch.ts';
import { Sender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import type { Role } from '#platform/lifecycle/role.ts';
import { Relay } from '#platform/outbox/relay.ts';
import { pingRedis } from '#platform/redis/redis.ts';
import { VersionedCache } from '#platform/redis/versioned-cache.ts';
import { openDatabase, openKafka, openRedis, openRole, openService } from '#platform/service/service.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type WatchedServer, watchCertificates } from '#platform/tls/certificate-watch.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { ConsumerConfig } from './config.ts';
import { applyBatch } from './database/order-book.ts';
import { orderOutbox } from './database/outbox.ts';
import { decodeMessage } from './domain/commands.ts';
import { type ConsumerMetrics, consumerMeter, createConsumerMetrics } from './metrics.ts';
import { invalidateViews } from './order-views.ts';
import { expireOrders } from './upkeep/expire-orders.ts';
import { prune } from './upkeep/prune.ts';

/** Everything the consumer is made of; closes in reverse order. */
export interface ConsumerContext extends AsyncDisposable {
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Whether it works or waits. */
  readonly role: Role;
  readonly database: Database;
}

/** What a test may put in the place of the real part. */
export interface ConsumerOverrides {
  readonly log?: Logger;
  readonly kafka?: Kafka;
  /** Where the sending goes through, for example to cut or to count. */
  readonly sender?: Pick<Sender, 'send'>;
}

/** Wires the consumer. Nothing here waits: the parts connect in the background. */
export function createConsumerContext(
  config: ConsumerConfig,
  overrides: ConsumerOverrides = {},
): ConsumerContext {
  const service = openService('consumer', config, overrides);
  const { parts, log, tls, health } = service;
  const database = openDatabase(service);
  health.depend('postgres', () => pingDatabase(database));
  const redis = openRedis(service);
  health.depend('redis', () => pingRedis(redis), { optional: true });
  const views = new VersionedCache(redis);

  const kafka = overrides.kafka ?? openKafka(service);
  const sender = overrides.sender ?? parts.use(new Sender(kafka, log));
  const deadLetters = parts.use(new BatchingProducer(sender));
  const metrics = createConsumerMetrics();
  const role = openRole(service, database);
  const wiring = { config, database, kafka, sender, deadLetters, views, metrics, log };
  let consumer: BatchConsumer | undefined;
  role.whenActive((work) => {
    consumer = startWork(wiring, work);
  });
  health.depend(
    'kafka',
    role.check(() => consumer?.ping()),
  );
  if (tls) parts.use(watchCertificates(stores(config), tls, consumerMeter(), log));
  health.start();
  return { tls, log, health, role, database, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

interface Wiring {
  readonly config: ConsumerConfig;
  readonly database: Database;
  readonly kafka: Kafka;
  readonly sender: Pick<Sender, 'send'>;
  readonly deadLetters: BatchingProducer;
  readonly views: VersionedCache;
  readonly metrics: ConsumerMetrics;
  readonly log: Logger;
}

/** What only one colour does: follow the orders and publish what becomes of them. */
function startWork(wiring: Wiring, parts: AsyncDisposableStack): BatchConsumer {
  const { config, database, kafka, sender, deadLetters, views, metrics, log } = wiring;
  const relay = parts.use(new Relay({ database, outbox: orderOutbox, sender, log }));
  metrics.watch(relay);
  const handle = createBatchHandler({
    group: config.CONSUMER_GROUP,
    decode: decodeMessage,
    apply: (batch, contexts) => applyBatch(database, batch, contexts),
    publish: (message) => deadLetters.publish(message),
    onApplied: (outcome) => {
      metrics.applied(outcome);
      relay.poke();
      void invalidateViews(views, outcome.effects.changed, metrics, log);
    },
    onDeadLetter: ({ code }, topic) => metrics.deadLetter(topic, code),
    log,
  });
  const consumer = parts.use(
    new BatchConsumer(
      kafka,
      {
        groupId: config.CONSUMER_GROUP,
        topics: [ordersTopic.name, paymentsTopic.name],
        handle,
        concurrency: config.CONSUMER_CONCURRENCY,
        joinMs: config.CONSUMER_BATCH_WAIT,
        maxBatch: config.CONSUMER_MAX_BATCH,
      },
      log,
    ),
  );
  startUpkeep(config, database, relay, parts, log);
  return consumer;
}

/** What it works with, and everybody else does; the collector looks at those that speak HTTP. */
const stores = (config: ConsumerConfig): WatchedServer[] => [
  ...config.KAFKA_BROKERS.map((broker): WatchedServer => {
    const { hostname, port } = new URL(`tls://${broker}`);
    return { host: hostname, port: Number(port), protocol: 'tls' };
  }),
  { host: config.DATABASE_HOST, port: config.DATABASE_PORT, protocol: 'postgresql' },
  { host: config.REDIS_HOST, port: config.REDIS_PORT, protocol: 'tls' },
];

const pruningIntervalMs = 60_000;

function startUpkeep(
  config: ConsumerConfig,
  database: Database,
  relay: Pick<Relay, 'poke'>,
  parts: AsyncDisposableStack,
  log: Logger,
): void {
  const expire = async (): Promise<boolean> => {
    const asked = await expireOrders(database, new Date().toISOString());
    if (asked > 0) relay.poke();
    return false;
  };
  parts.use(new Periodic({ name: 'expiry', intervalMs: config.EXPIRY_INTERVAL, work: expire }, log));
  const retention = {
    outboxMs: config.OUTBOX_RETENTION,
    outcomesMs: config.OUTCOME_RETENTION,
  };
  const work = (): Promise<boolean> => prune(database, retention);
  parts.use(new Periodic({ name: 'pruning', intervalMs: pruningIntervalMs, work }, log));
}
