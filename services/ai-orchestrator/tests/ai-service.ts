import { inject } from 'vitest';
import { serve } from '#platform/http/serve.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { signedIn, testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { createAiApp } from '../app.ts';
import { loadAiConfig } from '../config.ts';
import { type AiContext, type AiOverrides, createAiContext } from '../context.ts';
import { schema } from '../database/migrations.ts';

/** A database with the schema of this service, and its house. */
export const createAiDatabase = (): Promise<TestDatabase> =>
  createMigratedDatabase(inject('postgres'), ['ai-orchestrator'], [schema]);

/** Variables of the service on this database; nothing is read from Kafka unless told. */
export const environmentOf = (
  { options }: TestDatabase,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  KAFKA_BROKERS: '127.0.0.1:1',
  COFFEE_TLS: 'off',
  DATABASE_HOST: options.host,
  DATABASE_PORT: String(options.port),
  DATABASE_NAME: options.name,
  DATABASE_USER: options.user,
  DATABASE_PASSWORD: options.password,
  // Limits are tried in platform/redis: here nobody waits for them.
  REDIS_HOST: '127.0.0.1',
  REDIS_PORT: '1',
  REDIS_PASSWORD: 'unused',
  RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
  LOG_LEVEL: 'warn',
  ENGINE_LEASE: '3s',
  ENGINE_STOP_LIMIT: '2s',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=local',
  ...testIdentityEnvironment,
  ...more,
});

export interface RunningService extends AsyncDisposable {
  readonly url: string;
  readonly context: AiContext;
  /** Asks as an operator. @throws Error with the answer when it is no success. */
  readonly ask: <T>(method: string, path: string, body?: unknown, key?: string) => Promise<T>;
  /** Asks as somebody, whatever the answer is. */
  readonly request: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<{ readonly status: number; readonly body: unknown }>;
}

/** The service in this process: there may be one at a time. */
export async function startService(
  test: TestDatabase,
  more: Readonly<Record<string, string>> = {},
  overrides: AiOverrides = {},
): Promise<RunningService> {
  const log = quietLog();
  const config = loadAiConfig(environmentOf(test, more));
  const context = createAiContext(config, { log, ...overrides });
  const { health } = context;
  const app = createAiApp(config, context);
  const server = await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log });
  const url = `http://127.0.0.1:${server.port}`;
  const operator = await signedIn('ops', 'operator');
  const request: RunningService['request'] = async (method, path, { body, headers = operator } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  await poll(() => context.engine.ping().then(() => true), { what: 'the engine' });
  return {
    url,
    context,
    request,
    ask: async <T>(method: string, path: string, body?: unknown, key?: string) => {
      const headers = { ...operator, ...(key === undefined ? {} : { 'idempotency-key': key }) };
      const answer = await request(method, path, { body, headers });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer.body as T;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await context[Symbol.asyncDispose]();
    },
  };
}
