import { createVerifier } from '#platform/config/identity.ts';
import type { Database } from '#platform/database/database.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import type { Kafka } from '#platform/kafka/client.ts';
import { createBatchHandler } from '#platform/kafka/handle-batch.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import type { Role } from '#platform/lifecycle/role.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { pingRedis } from '#platform/redis/redis.ts';
import { VersionedCache } from '#platform/redis/versioned-cache.ts';
import { openDatabase, openKafka, openRedis, openRole, openService } from '#platform/service/service.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { StreamsConfig } from './config.ts';
import { applyBatches } from './database/apply-batch.ts';
import { schemaIsThere } from './database/clock.ts';
import { closeWindows } from './database/close-windows.ts';
import { recentPanes } from './database/panes.ts';
import { allProgress, nextOffsets } from './database/partitions.ts';
import { idOfLatestBut, windowsAfter } from './database/windows.ts';
import { Positions } from './delivery/positions.ts';
import { publishAnalytics } from './delivery/publish.ts';
import { TopicWatch } from './delivery/topic-watch.ts';
import { WindowFeed } from './delivery/window-feed.ts';
import { partitionBatches, type SourceMessage } from './domain/source-event.ts';
import { sourceOf, sources } from './domain/sources.ts';
import { LiveView } from './live-view.ts';
import { createStreamsMetrics, type StreamsMetrics } from './metrics.ts';
import { prune } from './upkeep.ts';

/** Everything the streams service is made of; closes in reverse order. */
export interface StreamsContext extends AsyncDisposable {
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Whether it works or waits. */
  readonly role: Role;
  /** Tells who asks. */
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  readonly database: Database;
  readonly view: LiveView;
  /** Disposed by who serves it, before the server: its answers have no end. */
  readonly feed: WindowFeed;
}

/** What a test may put in the place of the real part. */
export interface StreamsOverrides {
  readonly log?: Logger;
  readonly kafka?: Kafka;
}

/** Wires the service. Nothing here waits: the parts connect in the background. */
export function createStreamsContext(
  config: StreamsConfig,
  overrides: StreamsOverrides = {},
): StreamsContext {
  const service = openService('streams', config, overrides);
  const { parts, log, tls, health } = service;
  const database = openDatabase(service);
  // Its schema, too: under Kubernetes another pod makes it.
  health.depend('postgres', () => schemaIsThere(database));
  const redis = openRedis(service);
  health.depend('redis', () => pingRedis(redis), { optional: true });
  const requestsPerMinute = config.RATE_LIMIT_REQUESTS_PER_MINUTE;
  const limiter = createRateLimiter({ requestsPerMinute, redis });

  const kafka = overrides.kafka ?? openKafka(service);
  const sender = parts.use(new Sender(kafka, log));
  const metrics = createStreamsMetrics();
  const view = new LiveView({
    cache: new VersionedCache(redis),
    recentPanes: (from) => recentPanes(database, from),
    log,
  });
  const feed = parts.use(
    new WindowFeed({
      windowsAfter: (id, limit) => windowsAfter(database, id, limit),
      idOfLatestBut: (count) => idOfLatestBut(database, count),
      maxClients: config.STREAM_MAX_CLIENTS,
    }),
  );
  metrics.watchClients(() => feed.clients);
  const wiring = { database, kafka, sender, metrics, log };
  const role = openRole(service, database);
  let consumer: BatchConsumer | undefined;
  role.whenActive((work) => {
    startClosing(config, { ...wiring, view, feed }, work);
    consumer = startReading(config, wiring, work);
    startPruning(config, wiring, work);
  });
  health.depend(
    'kafka',
    role.check(() => consumer?.ping()),
  );
  health.start();
  const dispose = (): Promise<void> => parts.disposeAsync();
  return {
    tls,
    log,
    health,
    role,
    verifier: createVerifier(config),
    limiter,
    database,
    view,
    feed,
    [Symbol.asyncDispose]: dispose,
  };
}

const pruningIntervalMs = 60_000;
// Larger than a batch that is worth a transaction of its own; less of it waits for STREAMS_BATCH_WAIT.
const fetchBytes = 256 * 1024;
// What one fetch brings comes within a turn of the event loop; nothing has to wait for more.
const joinMs = 5;

interface Wiring {
  readonly database: Database;
  readonly kafka: Kafka;
  readonly sender: Sender;
  readonly metrics: StreamsMetrics;
  readonly log: Logger;
}

function startPruning(config: StreamsConfig, { database, log }: Wiring, parts: AsyncDisposableStack): void {
  const retention = { memoryMs: config.MEMORY_RETENTION, windowsMs: config.WINDOW_RETENTION };
  const work = (): Promise<boolean> => prune(database, retention);
  parts.use(new Periodic({ name: 'pruning', intervalMs: pruningIntervalMs, work }, log));
}

function startReading(
  config: StreamsConfig,
  { database, kafka, sender, metrics, log }: Wiring,
  parts: AsyncDisposableStack,
): BatchConsumer {
  const deadLetters = parts.use(new BatchingProducer(sender));
  const positions = new Positions({
    apply: (topic, batches, options) => applyBatches(database, topic, batches, options),
    stored: async (topic, partition) => {
      const offsets = await database.transaction((own) => nextOffsets(own, topic, [partition]));
      return offsets.get(partition) ?? 0;
    },
    mostAheadMs: config.MOST_AHEAD,
    log,
  });
  const handle = createBatchHandler({
    group: config.STREAMS_GROUP,
    decode: (message: IncomingMessage): SourceMessage => ({
      message,
      event: sourceOf(message.topic).read(message),
    }),
    blank: (message) => ({ message, event: undefined }),
    apply: (messages) => positions.apply(messages[0]?.message.topic ?? '', partitionBatches(messages)),
    publish: (message) => deadLetters.publish(message),
    onApplied: (outcome) => metrics.applied(outcome),
    onDeadLetter: ({ code }, topic) => metrics.deadLetter(topic, code),
    log,
  });
  return parts.use(
    new BatchConsumer(
      kafka,
      {
        groupId: config.STREAMS_GROUP,
        topics: sources.map(({ topic }) => topic.name),
        handle,
        concurrency: config.STREAMS_CONCURRENCY,
        joinMs,
        maxBatch: config.STREAMS_MAX_BATCH,
        maxWaitMs: config.STREAMS_BATCH_WAIT,
        minBytes: fetchBytes,
        whenReady: () => schemaIsThere(database),
      },
      log,
    ),
  );
}

/** Closes the windows that are due and publishes them. Each replica looks; one at a time finds something to do. */
function startClosing(
  config: StreamsConfig,
  { database, kafka, sender, metrics, log, view, feed }: Wiring & { view: LiveView; feed: WindowFeed },
  parts: AsyncDisposableStack,
): void {
  const topics = sources.map(({ topic }) => topic.name);
  const ends = parts.use(new TopicWatch({ kafka, topics, progress: () => allProgress(database), log }));
  const rules = {
    watermarkDelayMs: config.WATERMARK_DELAY,
    allowedLatenessMs: config.ALLOWED_LATENESS,
    limits: {
      burstOrders: config.BURST_ORDERS,
      velocityOrders: config.VELOCITY_ORDERS,
      signInFailures: config.SUSPICIOUS_SIGN_IN_FAILURES,
    },
  };
  const work = async (): Promise<boolean> => {
    const closing = await closeWindows(database, await ends.ask(), rules);
    metrics.closed(closing);
    await feed.refresh();
    await view.refresh(closing.watermark);
    const more = await publishAnalytics(database, sender);
    return more || closing.more;
  };
  parts.use(new Periodic({ name: 'closing', intervalMs: config.CLOSING_INTERVAL, work }, log));
}
