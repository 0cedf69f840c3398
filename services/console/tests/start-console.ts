import { serve } from '#platform/http/serve.ts';
import type { StaticFiles } from '#platform/http/static-files.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { testIdentityEnvironment, testVerifier } from '#platform/testing/tokens.ts';
import { createConsoleApp } from '../app.ts';
import { type ConsoleConfig, loadConsoleConfig } from '../config.ts';
import { KafkaView } from '../kafka/kafka-view.ts';
import type { Range } from '../kafka/message-reader.ts';
import { type EventSource, OrderFeed } from '../kafka/order-feed.ts';
import { Jaeger } from '../upstream/jaeger.ts';
import { Loki } from '../upstream/loki.ts';
import { Prometheus } from '../upstream/prometheus.ts';
import type { Upstream, UpstreamRequest } from '../upstream/upstream.ts';

type Ask = Pick<Upstream, 'ask'>;

/** An upstream that answers what the function gives, and remembers what it was asked. */
export function fakeUpstream(
  answer: (what: UpstreamRequest) => unknown,
): Ask & { readonly asked: UpstreamRequest[] } {
  const asked: UpstreamRequest[] = [];
  return {
    asked,
    ask: async (what) => {
      asked.push(what);
      return answer(what);
    },
  };
}

/** Events that a test tells, to who has opened it. */
export class FakeEvents implements EventSource {
  opened = 0;
  closed = 0;
  tell: (message: IncomingMessage) => void = () => undefined;
  lose: () => void = () => undefined;
  failure: Error | undefined;

  open(onMessage: (message: IncomingMessage) => void, onLost: () => void): Promise<AsyncDisposable> {
    if (this.failure) return Promise.reject(this.failure);
    this.opened += 1;
    this.tell = onMessage;
    this.lose = onLost;
    return Promise.resolve({
      [Symbol.asyncDispose]: () => {
        this.closed += 1;
        return Promise.resolve();
      },
    });
  }
}

/** Messages of a topic as Kafka would have them. */
export class FakeKafka {
  readonly messages: IncomingMessage[] = [];
  readonly asked: Range[][] = [];

  readonly reader = {
    read: (ranges: readonly Range[], onMessage: (message: IncomingMessage) => void): Promise<boolean> => {
      this.asked.push([...ranges]);
      for (const message of this.messages) {
        const offset = Number(message.offset);
        const wanted = ranges.some(
          ({ topic, partition, from, to }) =>
            topic === message.topic && partition === message.partition && offset >= from && offset < to,
        );
        if (wanted) onMessage(message);
      }
      return Promise.resolve(true);
    },
  };
}

export interface ConsoleFakes {
  readonly prometheus?: Ask;
  readonly jaeger?: Ask;
  readonly loki?: Ask;
  readonly streams?: Ask;
  readonly payments?: Ask;
  readonly agents?: Ask;
  readonly inbox?: Ask;
  readonly events?: EventSource;
  readonly kafka?: KafkaView;
  readonly page?: StaticFiles;
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: Date;
  /** 0: any free port. */
  readonly port?: number;
}

const urls = Object.fromEntries(
  ['STREAMS', 'WEB3_PAYMENT', 'AI_ORCHESTRATOR', 'PROMETHEUS', 'JAEGER', 'LOKI', 'ALERT_INBOX'].map(
    (name) => [`${name}_URL`, `http://${name.toLowerCase().replace('_', '-')}:8080`],
  ),
);

export const testConsoleConfig = (environment: Readonly<Record<string, string>> = {}): ConsoleConfig =>
  loadConsoleConfig({
    COFFEE_TLS: 'off',
    KAFKA_BROKERS: 'kafka:9092',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=local',
    ...urls,
    ...testIdentityEnvironment,
    ...environment,
  });

const absent = fakeUpstream(() => {
  throw new Error('this test does not ask it');
});

/** The console's own app on a port of this machine, with nothing behind it but what the test gives. */
export async function startConsole(fakes: ConsoleFakes = {}) {
  const parts = new AsyncDisposableStack();
  const config = testConsoleConfig(fakes.environment);
  const log = quietLog();
  const health = parts.use(new Health(1_000));
  const feed = parts.use(new OrderFeed(fakes.events ?? new FakeEvents(), log, config.FEED_MAX_CLIENTS));
  const app = createConsoleApp(config, {
    log,
    health,
    verifier: testVerifier(),
    limiter: createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE }),
    telemetry: {
      prometheus: new Prometheus(fakes.prometheus ?? absent),
      jaeger: new Jaeger(fakes.jaeger ?? absent),
      loki: new Loki(fakes.loki ?? absent),
      now: () => fakes.now ?? new Date(),
    },
    services: {
      streams: fakes.streams ?? absent,
      payments: fakes.payments ?? absent,
      agents: fakes.agents ?? absent,
      inbox: fakes.inbox ?? absent,
    },
    kafka: fakes.kafka ?? new KafkaView({} as never, new FakeKafka().reader),
    feed,
    page: fakes.page,
  });
  const server = await serve(app, { host: '127.0.0.1', port: fakes.port ?? 0, health, drainDelayMs: 0, log });
  return {
    url: `http://127.0.0.1:${server.port}`,
    feed,
    async [Symbol.asyncDispose]() {
      await feed[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await parts.disposeAsync();
    },
  };
}
