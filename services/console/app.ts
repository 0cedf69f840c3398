import { fileURLToPath } from 'node:url';
import {
  alertPage,
  consoleSession,
  kafkaOverview,
  logPage,
  messagePage,
  metricAnswer,
  orderEventPage,
  systemMap,
  trace,
  tracePage,
} from '#contracts/http/console.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { StaticFiles } from '#platform/http/static-files.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ConsoleConfig } from './config.ts';
import type { KafkaView } from './kafka/kafka-view.ts';
import type { OrderFeed } from './kafka/order-feed.ts';
import { kafkaRoutes } from './routes/kafka.ts';
import { type ServiceApis, serviceRoutes } from './routes/services.ts';
import { sessionRoute } from './routes/session.ts';
import { type TelemetryBackends, telemetryRoutes } from './routes/telemetry.ts';

export interface ConsoleAppContext {
  readonly log: Logger;
  readonly health: Health;
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  readonly telemetry: TelemetryBackends;
  readonly services: ServiceApis;
  readonly kafka: KafkaView;
  readonly feed: Pick<OrderFeed, 'open'>;
  /** Undefined: the API alone. */
  readonly page: StaticFiles | undefined;
}

type Settings = Pick<
  ConsoleConfig,
  | 'HEALTH_CHECK_ENABLED'
  | 'CORS_ALLOWED_ORIGINS'
  | 'OTEL_RESOURCE_ATTRIBUTES'
  | 'CONSOLE_AGENT_URL'
  | 'GRAFANA_PUBLIC_URL'
>;

/** What `npm run build:console` makes of web/. */
export const builtPage: StaticFiles = {
  prefix: '/console/',
  directory: fileURLToPath(new URL('page', import.meta.url)),
  immutable: 'assets',
};

/** The console: a page, and what it asks. */
export function createConsoleApp(config: Settings, context: ConsoleAppContext): Application {
  const { log, health, verifier, limiter, telemetry, services, kafka, feed, page } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: console',
      version: '1',
      description:
        'What the developer console asks. It keeps nothing: every answer is made of what others say now.',
      schemas: {
        ConsoleAlerts: alertPage,
        ConsoleSession: consoleSession,
        KafkaOverview: kafkaOverview,
        KafkaMessages: messagePage,
        LogPage: logPage,
        MetricAnswer: metricAnswer,
        OrderEvents: orderEventPage,
        SystemMap: systemMap,
        Trace: trace,
        TracePage: tracePage,
      },
    },
    routes: [
      sessionRoute(config),
      ...telemetryRoutes(telemetry),
      ...kafkaRoutes(kafka, feed),
      ...serviceRoutes(services),
    ],
    verifier,
    limiter,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 200,
    files: page,
    connectSources: config.CONSOLE_AGENT_URL ? [new URL(config.CONSOLE_AGENT_URL).origin] : [],
  });
}
