import { metrics } from '@opentelemetry/api';
import { ordersTopic } from '#contracts/topics.ts';
import { createDatabase, type Database, pingDatabase } from '#platform/database/database.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import { createKafka, type Kafka } from '#platform/kafka/client.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createLogger, type Logger } from '#platform/telemetry/logger.ts';
import type { ConsumerConfig } from './config.ts';
import { applyBatch } from './database/order-book.ts';
import { createBatchHandler } from './delivery/handle-batch.ts';
import { Relay } from './delivery/relay.ts';

/** Everything the consumer is made of; closes in reverse order. */
export interface ConsumerContext extends AsyncDisposable {
  readonly log: Logger;
  readonly health: Health;
  readonly database: Database;
  readonly relay: Relay;
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
  const parts = new AsyncDisposableStack();
  const log = overrides.log ?? createLogger('consumer', config.LOG_LEVEL);
  const meter = metrics.getMeter('gocoffee.consumer');
  const health = parts.use(new Health(config.HEALTH_CHECK_INTERVAL));

  const database = createDatabase({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    name: config.DATABASE_NAME,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'consumer',
  });
  parts.defer(() => database.destroy());
  health.depend('postgres', () => pingDatabase(database));

  const kafka = overrides.kafka ?? createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'consumer' }, log);
  const sender = overrides.sender ?? parts.use(new Sender(kafka, log));
  const deadLetters = parts.use(new BatchingProducer(sender));
  const relay = parts.use(new Relay(database, sender, log));
  meter
    .createObservableGauge('coffee.outbox.lag', {
      unit: 'ms',
      description: 'Age of the oldest unpublished event',
    })
    .addCallback((result) => result.observe(relay.lagMs));

  const commands = meter.createCounter('coffee.orders.commands', {
    description: 'Commands that took effect, by outcome',
  });
  const buried = meter.createCounter('coffee.dead_letters', {
    description: 'Messages that went to the dead letters',
  });
  const handle = createBatchHandler({
    group: config.CONSUMER_GROUP,
    apply: (batch, contexts) => applyBatch(database, batch, contexts),
    publish: (message) => deadLetters.publish(message),
    onApplied: ({ accepted, conflicts, repeats }) => {
      commands.add(accepted, { outcome: 'accepted' });
      commands.add(conflicts, { outcome: 'conflict' });
      commands.add(repeats, { outcome: 'repeat' });
      relay.poke();
    },
    onDeadLetter: ({ code }) => buried.add(1, { topic: ordersTopic.name, code }),
    log,
  });
  const consumer = parts.use(
    new BatchConsumer(
      kafka,
      {
        groupId: config.CONSUMER_GROUP,
        topics: [ordersTopic.name],
        handle,
        concurrency: config.CONSUMER_CONCURRENCY,
        maxBatch: config.CONSUMER_MAX_BATCH,
      },
      log,
    ),
  );
  health.depend('kafka', () => consumer.ping());
  health.start();
  return { log, health, database, relay, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
