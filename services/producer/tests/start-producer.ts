import { serve } from '#platform/http/serve.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { createProducerApp } from '../app.ts';
import { loadProducerConfig } from '../config.ts';
import { createContext, type ProducerContext } from '../context.ts';
import { FakeIdentityStore } from './fake-identity-store.ts';
import {
  FakeMenuSource,
  FakeOrderBook,
  FakePublisher,
  FakeRedis,
  FakeViews,
  RecordedIdentityMetrics,
  RecordedMetrics,
} from './fakes.ts';

export const environment = {
  KAFKA_BROKERS: '127.0.0.1:1',
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: '1',
  DATABASE_USER: 'producer',
  DATABASE_PASSWORD: 'secret',
  REDIS_HOST: '127.0.0.1',
  REDIS_PORT: '1',
  REDIS_PASSWORD: 'secret',
  HTTP_PORT: '0',
  LOG_LEVEL: 'fatal',
  COFFEE_TLS: 'off',
  IDENTITY_DATABASE_PASSWORD: 'secret',
  // A test asks as often as it likes.
  RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
  ...testIdentityEnvironment,
};

/** The producer on a free port, with everything outside of it in memory. */
export async function startProducer(host = '127.0.0.1') {
  const outside = {
    redis: new FakeRedis(),
    views: new FakeViews(),
    publisher: new FakePublisher(),
    orderBook: new FakeOrderBook(),
    menuSource: new FakeMenuSource(),
    identityStore: new FakeIdentityStore(),
  };
  const metrics = new RecordedMetrics();
  const identityMetrics = new RecordedIdentityMetrics();
  const config = loadProducerConfig(environment);
  const log = createLogger('producer', config.LOG_LEVEL);
  const now = (): Date => new Date('2026-03-01T08:00:00.123Z');
  const context: ProducerContext = createContext(config, {
    ...outside,
    log,
    metrics,
    identityMetrics,
    now,
  });
  const { health } = context;
  const server = await serve(createProducerApp(context), {
    host,
    port: 0,
    health,
    drainDelayMs: 0,
    log,
  });
  return {
    ...outside,
    metrics,
    identityMetrics,
    context,
    port: server.port,
    url: `http://${host}:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await context[Symbol.asyncDispose]();
    },
  };
}
