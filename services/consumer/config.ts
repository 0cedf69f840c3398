import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import {
  databaseShape,
  httpShape,
  kafkaShape,
  positiveInteger,
  serviceShape,
} from '#platform/config/values.ts';

const schema = z.object({
  ...serviceShape,
  ...httpShape,
  ...kafkaShape,
  ...databaseShape,
  CONSUMER_GROUP: z.string().default('consumer'),
  /** Partitions worked on at once; each takes a database connection. */
  CONSUMER_CONCURRENCY: positiveInteger.default(4),
  /** The most commands in one transaction. */
  CONSUMER_MAX_BATCH: positiveInteger.default(500),
});

export type ConsumerConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadConsumerConfig = (environment: Environment): ConsumerConfig =>
  loadConfig(schema, environment);
