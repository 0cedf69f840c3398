import { ordersTopic } from '#contracts/topics.ts';
import { createVerifier } from '#platform/config/identity.ts';
import { openTls } from '#platform/config/tls.ts';
import { createDatabase } from '#platform/database/database.ts';
import type { TokenVerifier } from '#platform/identity/token-verifier.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import { createKafka, pingKafka } from '#platform/kafka/client.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRedis } from '#platform/redis/redis.ts';
import { VersionedCache } from '#platform/redis/versioned-cache.ts';
import { createLogger, type Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { ProducerConfig } from './config.ts';
import { createMenuSource } from './database/menu-source.ts';
import { type OrderBook, PostgresOrderBook } from './database/order-book.ts';
import { MenuCache, type MenuSource } from './menu-cache.ts';
import { createOrderMetrics, type OrderMetrics } from './metrics.ts';
import { OrderAcceptance } from './order-acceptance.ts';
import { OrderActions } from './order-actions.ts';
import { OrderReader } from './order-reader.ts';
import { OrderViews, type ViewCache } from './order-views.ts';
import { type ReceiptRedis, Receipts } from './receipts.ts';
import { type MenuRedis, SharedMenuSource } from './shared-menu-source.ts';

/** What the producer needs from outside of its process. */
export interface Outside {
  readonly publisher: { publish(message: OutgoingMessage): Promise<void>; ping(): Promise<void> };
  readonly redis: ReceiptRedis & MenuRedis;
  readonly views: ViewCache;
  readonly orderBook: OrderBook;
  readonly menuSource: MenuSource;
}

export interface Overrides extends Partial<Outside> {
  readonly log?: Logger;
  readonly metrics?: OrderMetrics;
  readonly now?: () => Date;
}

export interface ProducerContext extends AsyncDisposable {
  readonly config: ProducerConfig;
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Tells who asks. */
  readonly verifier: TokenVerifier;
  readonly menu: MenuCache;
  readonly acceptance: OrderAcceptance;
  readonly actions: OrderActions;
  readonly orders: OrderReader;
}

/** Wires the producer; nothing waits here, whatever is away. Tests override any part. */
export function createContext(config: ProducerConfig, overrides: Overrides = {}): ProducerContext {
  const parts = new AsyncDisposableStack();
  const log = overrides.log ?? createLogger('producer', config.logLevel);
  const metrics = overrides.metrics ?? createOrderMetrics();
  const tls = openTls(config.tls);
  const { orderBook, menuSource } = databaseParts(config, overrides, tls, parts);
  const { redis, views } = redisParts(config, overrides, tls, log, parts);
  const publisher = overrides.publisher ?? connectKafka(config, tls, log, parts);

  const sharedMenu = new SharedMenuSource(menuSource, redis, log);
  const menu = parts.use(new MenuCache(sharedMenu, config.menuRefreshMs, log));
  menu.start();
  const receipts = new Receipts(redis, config.receiptTtlMs, metrics, log);

  const health = parts.use(new Health(config.health.intervalMs));
  // Without Kafka orders are refused one by one with 503, while menu and orders can still be read.
  health.depend('kafka', () => publisher.ping(), { optionalOnceSeen: true });
  health.depend('menu', async () => void menu.current);
  // Orders are accepted without both: they only make answers to repeats and reads better.
  health.depend('postgres', () => orderBook.ping(), { optional: true });
  health.depend('redis', async () => void (await redis.ping()), { optional: true });
  health.start();

  const publish = (message: OutgoingMessage): Promise<void> => publisher.publish(message);
  const now = overrides.now ?? (() => new Date());
  const orderViews = new OrderViews(views, metrics, log);
  const orders = new OrderReader(orderBook, orderViews, receipts, config.readTimeoutMs, now);
  return {
    config,
    tls,
    log,
    health,
    verifier: createVerifier(config.identity),
    menu,
    acceptance: new OrderAcceptance({
      menu,
      receipts,
      orderBook,
      publish,
      metrics,
      now,
      paymentWindowMs: config.paymentWindowMs,
    }),
    actions: new OrderActions({ find: (orderId) => orders.find(orderId), publish, now }),
    orders,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function databaseParts(
  config: ProducerConfig,
  overrides: Overrides,
  tls: TlsIdentity | undefined,
  parts: AsyncDisposableStack,
): Pick<Outside, 'orderBook' | 'menuSource'> {
  const { orderBook, menuSource } = overrides;
  if (orderBook && menuSource) return { orderBook, menuSource };
  const database = createDatabase({ ...config.database, tls });
  parts.defer(() => database.destroy());
  return {
    orderBook: orderBook ?? new PostgresOrderBook(database),
    menuSource: menuSource ?? createMenuSource(database),
  };
}

function redisParts(
  config: ProducerConfig,
  overrides: Overrides,
  tls: TlsIdentity | undefined,
  log: Logger,
  parts: AsyncDisposableStack,
): Pick<Outside, 'redis' | 'views'> {
  const { redis, views } = overrides;
  if (redis && views) return { redis, views };
  const connection = createRedis({ ...config.redis, tls }, log);
  parts.defer(() => connection.disconnect());
  return { redis: redis ?? connection, views: views ?? new VersionedCache(connection) };
}

function connectKafka(
  config: ProducerConfig,
  tls: TlsIdentity | undefined,
  log: Logger,
  parts: AsyncDisposableStack,
): Outside['publisher'] {
  const kafka = createKafka({ ...config.kafka, tls }, log);
  const admin = kafka.admin();
  parts.defer(() => admin.disconnect());
  const producer = parts.use(new BatchingProducer(parts.use(new Sender(kafka, log))));
  return {
    publish: (message) => producer.publish(message),
    ping: () => pingKafka(admin, [ordersTopic.name]),
  };
}
