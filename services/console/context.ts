import { createVerifier } from '#platform/config/identity.ts';
import { openTls } from '#platform/config/tls.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { createKafka, pingKafka } from '#platform/kafka/client.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { builtPage, type ConsoleAppContext } from './app.ts';
import type { ConsoleConfig } from './config.ts';
import { KafkaView } from './kafka/kafka-view.ts';
import { MessageReader } from './kafka/message-reader.ts';
import { kafkaEvents, OrderFeed } from './kafka/order-feed.ts';
import { observeFeedClients } from './metrics.ts';
import { Jaeger } from './upstream/jaeger.ts';
import { Loki } from './upstream/loki.ts';
import { Prometheus } from './upstream/prometheus.ts';
import { Upstream } from './upstream/upstream.ts';

/** One switch is enough: `https://` is plaintext while TLS is off, as for telemetry (platform/telemetry/collector.ts). */
const addressOf = (url: string, { COFFEE_TLS }: Pick<ConsoleConfig, 'COFFEE_TLS'>): string =>
  COFFEE_TLS === 'on' ? url : url.replace(/^https:/, 'http:');

const noLoki: Pick<Upstream, 'ask'> = {
  ask: () =>
    Promise.reject(
      new AppError('dependency-unavailable', 'There is no Loki here: it keeps logs in the profile full.'),
    ),
};

export interface ConsoleContext extends ConsoleAppContext, AsyncDisposable {
  readonly feed: OrderFeed;
  readonly tls: TlsIdentity | undefined;
}

/** Wires the console. Nothing waits here, whatever is away: each view says by itself what it misses. */
export function createConsoleContext(config: ConsoleConfig): ConsoleContext {
  const parts = new AsyncDisposableStack();
  const log = createLogger('console', config.LOG_LEVEL);
  const tls = openTls(config);
  const health = parts.use(new Health(config.HEALTH_CHECK_INTERVAL));
  const upstream = (name: string, url: string): Upstream =>
    parts.use(new Upstream(name, addressOf(url, config), { timeoutMs: config.UPSTREAM_TIMEOUT, tls }));

  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'console', tls }, log);
  const admin = kafka.admin();
  parts.defer(() => admin.disconnect());
  const feed = parts.use(new OrderFeed(kafkaEvents(kafka, log), log, config.FEED_MAX_CLIENTS));
  observeFeedClients(() => feed.clients);

  const prometheus = upstream('Prometheus', config.PROMETHEUS_URL);
  // Whoever looks for what is broken needs the console then: nothing keeps it from serving.
  health.depend('kafka', () => pingKafka(admin, []), { optional: true });
  health.depend('prometheus', async () => void (await prometheus.ask({ path: '/api/v1/status/buildinfo' })), {
    optional: true,
  });
  health.start();

  return {
    log,
    tls,
    health,
    verifier: createVerifier(config),
    limiter: createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE }),
    telemetry: {
      prometheus: new Prometheus(prometheus),
      jaeger: new Jaeger(upstream('Jaeger', config.JAEGER_URL)),
      loki: new Loki(config.LOKI_URL === undefined ? noLoki : upstream('Loki', config.LOKI_URL)),
      now: () => new Date(),
    },
    services: {
      streams: upstream('streams', config.STREAMS_URL),
      payments: upstream('web3-payment', config.WEB3_PAYMENT_URL),
      agents: upstream('ai-orchestrator', config.AI_ORCHESTRATOR_URL),
      inbox: upstream('alert-inbox', config.ALERT_INBOX_URL),
    },
    kafka: new KafkaView(admin, new MessageReader(kafka, admin, log)),
    feed,
    page: { ...builtPage, watched: config.CONSOLE_PAGE_WATCHED },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
