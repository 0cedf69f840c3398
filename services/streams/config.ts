import { z } from 'zod';
import { segmentMs } from '#contracts/topics.ts';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, positiveInteger } from '#platform/config/values.ts';
import { serviceSchema } from '#platform/service/schema.ts';
import { sources } from './domain/sources.ts';

const hour = 3_600_000;
const day = 24 * hour;
const deliveredForMs = Math.max(...sources.map(({ topic }) => topic.retentionMs)) + segmentMs;

export const schema = serviceSchema({
  ...identityShape,
  STREAMS_GROUP: z.string().default('streams'),
  /** Transactions at once; each has the partitions that a fetch brought, and takes a database connection. */
  STREAMS_CONCURRENCY: positiveInteger.default(4),
  /** The most messages in one transaction. */
  STREAMS_MAX_BATCH: positiveInteger.default(1_000),
  /** How long messages may be collected to share a transaction. */
  STREAMS_BATCH_WAIT: duration.default(500),
  /** How long an event may take into its topic, and how far apart the clocks of machines may be. */
  WATERMARK_DELAY: duration.default(2_000),
  /** How long a window waits behind the watermark for what is late, before it is closed for good. */
  ALLOWED_LATENESS: duration.default(10_000),
  /** What says that it is from further in the future comes from a wrong clock, and is in no window. */
  MOST_AHEAD: duration.default(60_000),
  /** How often windows are looked for that are due. */
  CLOSING_INTERVAL: duration.default(1_000),
  /** More orders than this in ten seconds are a burst, when they are far more than usual. */
  BURST_ORDERS: positiveInteger.default(50),
  /** More orders than this of one customer in ten seconds are unusual. */
  VELOCITY_ORDERS: positiveInteger.default(10),
  /** More failures to sign in than this of one name or address in ten seconds are suspicious. */
  SUSPICIOUS_SIGN_IN_FAILURES: positiveInteger.default(5),
  /** Clients that follow windows as they close, at most. */
  STREAM_MAX_CLIENTS: positiveInteger.default(2_000),
  /** How long it is remembered what was counted of an order. */
  MEMORY_RETENTION: duration
    .refine(
      (ms) => ms > deliveredForMs,
      `must be longer than Kafka keeps messages (${deliveredForMs / hour}h), or a redelivery would count again`,
    )
    .default(30 * day),
  /** How long closed windows are kept. */
  WINDOW_RETENTION: duration.default(7 * day),
}).superRefine(requireSafeIdentity);

export type StreamsConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadStreamsConfig = (environment: Environment): StreamsConfig => loadConfig(schema, environment);
