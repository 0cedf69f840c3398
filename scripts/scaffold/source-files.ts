import type { ServiceName } from './service-name.ts';

/** The sources of a new service by path: one route, and everything around it that every service has. */
export function sourceFiles({ kebab, pascal, camel }: ServiceName): Map<string, string> {
  const folder = `services/${kebab}`;
  return new Map([
    [`contracts/http/${kebab}.ts`, contract(camel)],
    [`${folder}/main.ts`, main(kebab, pascal)],
    [`${folder}/config.ts`, config(pascal)],
    [`${folder}/context.ts`, context(kebab, pascal)],
    [`${folder}/app.ts`, app(kebab, pascal, camel)],
    [`${folder}/routes/show-${kebab}.ts`, showRoute(kebab, pascal, camel)],
    [`${folder}/app.test.ts`, appTest(kebab, pascal, camel)],
  ]);
}

const contract = (camel: string): string => `import { z } from 'zod';

/** What it says of itself, to whoever is signed in. */
export const ${camel}View = z.object({
  /** Who asked. */
  subject: z.string(),
  /** Since when it runs, RFC 3339 in UTC. */
  startedAt: z.iso.datetime(),
});
`;

const main = (
  kebab: string,
  pascal: string,
): string => `import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { create${pascal}App } from './app.ts';
import { load${pascal}Config } from './config.ts';
import { create${pascal}Context } from './context.ts';

const exitCode = await run('${kebab}', async (signal) => {
  const config = load${pascal}Config(process.env);
  await using context = create${pascal}Context(config);
  await using _server = await serveApi(create${pascal}App(config, context), config, context);
  await aborted(signal);
});
process.exit(exitCode);
`;

const config = (pascal: string): string => `import type { z } from 'zod';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { httpShape, serviceShape } from '#platform/config/values.ts';

// With PostgreSQL, Kafka and Redis: serviceSchema of platform/service/schema.ts.
export const schema = withTls({ ...serviceShape, ...httpShape, ...identityShape }).superRefine(requireSafeIdentity);

export type ${pascal}Config = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const load${pascal}Config = (environment: Environment): ${pascal}Config =>
  loadConfig(schema, environment);
`;

const context = (
  kebab: string,
  pascal: string,
): string => `import { createVerifier } from '#platform/config/identity.ts';
import { openTls } from '#platform/config/tls.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { createLogger, type Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { ${pascal}Config } from './config.ts';

/** Everything that the service is made of; closes in reverse order. */
export interface ${pascal}Context extends AsyncDisposable {
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Tells who asks. */
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  readonly startedAt: Date;
}

/** What a test may put in the place of the real part. */
export interface ${pascal}Overrides {
  readonly log?: Logger;
  readonly now?: () => Date;
}

/** Wires the service. Nothing here waits: what it depends on is connected to in the background. */
export function create${pascal}Context(
  config: ${pascal}Config,
  { log = createLogger('${kebab}', config.LOG_LEVEL), now = () => new Date() }: ${pascal}Overrides = {},
): ${pascal}Context {
  const parts = new AsyncDisposableStack();
  const health = parts.use(new Health(config.HEALTH_CHECK_INTERVAL));
  health.start();
  return {
    tls: openTls(config),
    log,
    health,
    verifier: createVerifier(config),
    // Of this replica; with Redis, of all: createRateLimiter({ requestsPerMinute, redis }).
    limiter: createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE }),
    startedAt: now(),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
`;

const app = (
  kebab: string,
  pascal: string,
  camel: string,
): string => `import { ${camel}View } from '#contracts/http/${kebab}.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { ${pascal}Config } from './config.ts';
import type { ${pascal}Context } from './context.ts';
import { show${pascal}Route } from './routes/show-${kebab}.ts';

type AppConfig = Pick<${pascal}Config, 'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS'>;
type AppContext = Pick<${pascal}Context, 'log' | 'health' | 'verifier' | 'limiter' | 'startedAt'>;

/** The HTTP API of ${kebab}. */
export function create${pascal}App(
  config: AppConfig,
  { log, health, verifier, limiter, startedAt }: AppContext,
): Application {
  return createApp({
    log,
    info: {
      title: 'Go Coffee: ${kebab}',
      version: '1',
      description: 'What ${kebab} does, for whoever calls it.',
      schemas: { ${pascal}View: ${camel}View },
    },
    routes: [show${pascal}Route(startedAt)],
    verifier,
    limiter,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 100,
  });
}
`;

const showRoute = (
  kebab: string,
  pascal: string,
  camel: string,
): string => `import { ${camel}View } from '#contracts/http/${kebab}.ts';
import { type Route, route } from '#platform/http/route.ts';

/** \`GET /v1/${kebab}\` */
export const show${pascal}Route = (startedAt: Date): Route =>
  route({
    method: 'get',
    path: '/v1/${kebab}',
    summary: 'Who asks, and since when it runs',
    tags: ['${kebab}'],
    access: ['customer', 'barista', 'operator'],
    responses: {
      200: {
        description: 'Both',
        schema: ${camel}View,
        headers: { 'Cache-Control': 'Always \`no-store\`' },
      },
    },
    handler: ({ identity: { subject } }) => ({
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      body: { subject, startedAt: startedAt.toISOString() },
    }),
  });
`;

const appTest = (
  kebab: string,
  pascal: string,
  camel: string,
): string => `import { afterAll, beforeAll, expect, it } from 'vitest';
import { ${camel}View } from '#contracts/http/${kebab}.ts';
import { serve } from '#platform/http/serve.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { signedIn, testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { create${pascal}App } from './app.ts';
import { load${pascal}Config } from './config.ts';
import { create${pascal}Context } from './context.ts';

const startedAt = new Date('2026-03-01T12:00:00Z');
const environment = { COFFEE_TLS: 'off', ...testIdentityEnvironment };
const parts = new AsyncDisposableStack();
let url: string;

beforeAll(async () => {
  const config = load${pascal}Config(environment);
  const context = parts.use(create${pascal}Context(config, { log: quietLog(), now: () => startedAt }));
  const { log, health } = context;
  const app = create${pascal}App(config, context);
  const server = parts.use(await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log }));
  url = \`http://127.0.0.1:\${server.port}\`;
});
afterAll(() => parts.disposeAsync());

it('tells who is signed in since when it runs', async () => {
  const response = await fetch(\`\${url}/v1/${kebab}\`, { headers: await signedIn('ada', 'customer') });
  expect(response.status).toBe(200);
  expect(${camel}View.parse(await response.json())).toEqual({
    subject: 'ada',
    startedAt: '2026-03-01T12:00:00.000Z',
  });
});

it('lets nobody in who is not signed in', async () => {
  expect((await fetch(\`\${url}/v1/${kebab}\`)).status).toBe(401);
});

it('is ready, and says what is wrong with its configuration', async () => {
  expect((await fetch(\`\${url}/readyz\`)).status).toBe(200);
  expect(() => load${pascal}Config({ ...environment, HTTP_PORT: 'http' })).toThrow(/HTTP_PORT/);
});
`;
