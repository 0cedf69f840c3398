import { z } from 'zod';
import { ordersTopic, segmentMs } from '#contracts/topics.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, positiveInteger } from '#platform/config/values.ts';
import { serviceSchema } from '#platform/service/schema.ts';

const hour = 3_600_000;
const deliveredForMs = ordersTopic.retentionMs + segmentMs;

export const schema = serviceSchema({
  CONSUMER_GROUP: z.string().default('consumer'),
  /** Transactions at once; each takes a database connection. */
  CONSUMER_CONCURRENCY: positiveInteger.default(4),
  /** The most commands in one transaction. */
  CONSUMER_MAX_BATCH: positiveInteger.default(500),
  /** The least time between the beginnings of two transactions: what comes meanwhile shares the second. */
  CONSUMER_BATCH_WAIT: duration.default(50),
  /** How often orders are looked for whose payment did not come in time. */
  EXPIRY_INTERVAL: duration.default(1_000),
  /** How long published events stay in the outbox. */
  OUTBOX_RETENTION: duration.default(hour),
  /**
   * How long it is kept why commands were refused, and what came under an Idempotency-Key that was used: longer than
   * Kafka keeps the messages.
   */
  OUTCOME_RETENTION: duration
    .refine(
      (ms) => ms > deliveredForMs,
      `must be longer than Kafka keeps ${ordersTopic.name} (${deliveredForMs / hour}h), or a redelivery would not be recognised`,
    )
    .default(30 * 24 * hour),
});

export type ConsumerConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadConsumerConfig = (environment: Environment): ConsumerConfig =>
  loadConfig(schema, environment);
