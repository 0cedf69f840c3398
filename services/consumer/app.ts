import { type Application, createApp } from '#platform/http/app.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ConsumerConfig } from './config.ts';
import { consumerMessaging } from './messaging.ts';

export interface ConsumerAppParts {
  readonly config: Pick<ConsumerConfig, 'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS'>;
  readonly log: Logger;
  readonly health: Health;
}

/** The HTTP side of the consumer: its health and its contracts. */
export function createConsumerApp({ config, log, health }: ConsumerAppParts): Application {
  return createApp({
    log,
    info: {
      title: 'Go Coffee: order book',
      version: '1',
      description: 'Keeps the order book. Health only; /asyncapi.json tells what it reads and writes.',
    },
    routes: [],
    messaging: consumerMessaging,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 100,
  });
}
