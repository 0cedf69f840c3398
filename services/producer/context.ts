import { ordersTopic } from '#contracts/topics.ts';
import { createVerifier } from '#platform/config/identity.ts';
import { readActiveColour } from '#platform/database/active-colour.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import { pingKafka } from '#platform/kafka/client.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import { Role } from '#platform/lifecycle/role.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { VersionedCache } from '#platform/redis/versioned-cache.ts';
import { openDatabase, openKafka, openRedis, openService, type Service } from '#platform/service/service.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { ProducerConfig } from './config.ts';
import { createMenuSource } from './database/menu-source.ts';
import { type OrderBook, PostgresOrderBook } from './database/order-book.ts';
import { createIdentity, type IdentityModule } from './identity/identity.ts';
import type { IdentityStore } from './identity/identity-store.ts';
import type { IdentityMetrics } from './identity/metrics.ts';
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
  readonly identityStore: IdentityStore;
}

export interface Overrides extends Partial<Outside> {
  readonly log?: Logger;
  readonly metrics?: OrderMetrics;
  readonly identityMetrics?: IdentityMetrics;
  readonly now?: () => Date;
}

export interface ProducerContext extends AsyncDisposable {
  readonly config: ProducerConfig;
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** It serves in any: a new start closes the connections of clients that are to ask the other colour. */
  readonly role: Role;
  /** Tells who asks. */
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  /** Undefined where tokens are another issuer's. */
  readonly identity: IdentityModule | undefined;
  readonly menu: MenuCache;
  readonly acceptance: OrderAcceptance;
  readonly actions: OrderActions;
  readonly orders: OrderReader;
}

/** Wires the producer; nothing waits here, whatever is away. Tests override any part. */
export function createContext(config: ProducerConfig, overrides: Overrides = {}): ProducerContext {
  const service = openService('producer', config, overrides);
  const { parts, log, tls, health } = service;
  const metrics = overrides.metrics ?? createOrderMetrics();
  const { orderBook, menuSource, activeColour } = databaseParts(service, overrides);
  // No dependency: orders are accepted without PostgreSQL.
  const role = parts.use(new Role({ colour: config.DEPLOYMENT_COLOUR, activeColour, log }));
  const { redis, views, limiter } = redisParts(service, overrides);
  const publisher = overrides.publisher ?? publisherOf(service);

  const sharedMenu = new SharedMenuSource(menuSource, redis, log);
  const menu = parts.use(new MenuCache(sharedMenu, config.MENU_REFRESH_INTERVAL, log));
  menu.start();
  const receipts = new Receipts(redis, config.ORDER_RECEIPT_TTL, metrics, log);

  // Without Kafka orders are refused one by one with 503, while menu and orders can still be read.
  health.depend('kafka', () => publisher.ping(), { optionalOnceSeen: true });
  health.depend('menu', async () => void menu.current);
  // Orders are accepted without both: they only make answers to repeats and reads better.
  health.depend('postgres', () => orderBook.ping(), { optional: true });
  health.depend('redis', async () => void (await redis.ping()), { optional: true });
  health.start();

  const publish = (message: OutgoingMessage): Promise<void> => publisher.publish(message);
  const now = overrides.now ?? (() => new Date());
  const identity = createIdentity({
    service: { ...service, config },
    store: overrides.identityStore,
    metrics: overrides.identityMetrics,
    publish,
    now,
  });
  const orderViews = new OrderViews(views, metrics, log);
  const orders = new OrderReader(orderBook, orderViews, receipts, config.ORDER_READ_TIMEOUT, now);
  return {
    config,
    tls,
    log,
    health,
    role,
    verifier: createVerifier(config),
    limiter,
    identity,
    menu,
    acceptance: new OrderAcceptance({
      menu,
      receipts,
      orderBook,
      publish,
      metrics,
      now,
      paymentWindowMs: config.PAYMENT_WINDOW,
      region: config.REGION,
    }),
    actions: new OrderActions({ find: (orderId) => orders.find(orderId), publish, now }),
    orders,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

interface DatabaseParts extends Pick<Outside, 'orderBook' | 'menuSource'> {
  /** Undefined where a test has put something in the place of PostgreSQL. */
  readonly activeColour?: () => Promise<string>;
}

function databaseParts(service: Service, overrides: Overrides): DatabaseParts {
  const { orderBook, menuSource } = overrides;
  if (orderBook && menuSource) return { orderBook, menuSource };
  const database = openDatabase(service);
  return {
    orderBook: orderBook ?? new PostgresOrderBook(database),
    menuSource: menuSource ?? createMenuSource(database),
    activeColour: () => readActiveColour(database),
  };
}

function redisParts(
  service: Service,
  overrides: Overrides,
): Pick<Outside, 'redis' | 'views'> & { readonly limiter: RateLimiter } {
  const { redis, views } = overrides;
  const { RATE_LIMIT_REQUESTS_PER_MINUTE: requestsPerMinute } = service.config;
  if (redis && views) return { redis, views, limiter: createRateLimiter({ requestsPerMinute }) };
  const connection = openRedis(service);
  return {
    redis: redis ?? connection,
    views: views ?? new VersionedCache(connection),
    limiter: createRateLimiter({ requestsPerMinute, redis: connection }),
  };
}

function publisherOf(service: Service): Outside['publisher'] {
  const { parts, log } = service;
  const kafka = openKafka(service);
  const admin = kafka.admin();
  parts.defer(() => admin.disconnect());
  const producer = parts.use(new BatchingProducer(parts.use(new Sender(kafka, log))));
  return {
    publish: (message) => producer.publish(message),
    ping: () => pingKafka(admin, [ordersTopic.name]),
  };
}
