import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtPage } from '../../services/console/app.ts';
import { chooseServices } from '../cli/commands/dev.ts';
import { type DevConfig, devServices, publishedPort } from './dev-services.ts';
import { hostEnvironment } from './host-environment.ts';
import { standInOverride, watchedOverride } from './overrides.ts';
import { consolePage } from './page.ts';
import { SecretsOnHost, writeSecrets } from './part-secrets.ts';
import { withoutCoffee } from './session.ts';

const service = (name: string, published: number, environment: Record<string, string | null> = {}) => ({
  command: ['--import', './platform/telemetry/register.ts', `services/${name}/main.ts`],
  environment,
  ports: [{ target: 8080, published }],
});
const config: DevConfig = {
  name: 'go-coffee',
  services: {
    kafka: { command: ['bash'], environment: {}, ports: [{ target: 9094, published: 19094 }] },
    postgres: { command: [], environment: {}, ports: [{ target: 5432, published: 15432 }] },
    redis: { command: [], environment: {}, ports: [{ target: 6379, published: 16379 }] },
    anvil: { command: [], environment: {}, ports: [{ target: 8545, published: 18545 }] },
    'otel-collector': { command: [], environment: {}, ports: [{ target: 4317, published: 14317 }] },
    migrate: { command: ['services/migrate/main.ts'], environment: {}, ports: [] },
    producer: service('producer', 18080, {
      HTTP_PORT: '8080',
      COFFEE_TLS: 'on',
      KAFKA_BROKERS: 'kafka:9092',
      DATABASE_HOST: 'postgres',
      DATABASE_PASSWORD_FILE: '/run/go-coffee/secrets/producer-database-password',
      REDIS_HOST: 'redis',
      SECRETS_DIRECTORY: '/run/go-coffee/secrets',
      CHAINS: '[{"rpcUrls":["https://anvil:8545"],"confirmations":3}]',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel-collector.go-coffee-monitoring:4317',
      AI_BASE_URL: 'http://elsewhere.example:9092',
      CORS_ALLOWED_ORIGINS: 'https://localhost:8080',
      UNSET: null,
    }),
    consumer: service('consumer', 18081),
  },
};
const environmentOf = (telemetry: boolean) =>
  hostEnvironment({ config, service: 'producer', secretsDirectory: '/secrets/producer', telemetry });

it('knows which services can run on this machine', () => {
  expect(devServices(config)).toEqual(['producer', 'consumer']);
  expect(publishedPort('consumer', config.services.consumer)).toBe(18081);
  expect(() => publishedPort('migrate', config.services.migrate)).toThrow('no port of migrate');
});

// Guard: what runs on this machine is as secured as what runs in containers.
it('gives a service the environment of its container, seen from this machine', () => {
  expect(environmentOf(true)).toEqual({
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '18080',
    COFFEE_TLS: 'on',
    KAFKA_BROKERS: '127.0.0.1:19094',
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: '15432',
    DATABASE_PASSWORD_FILE: '/secrets/producer/producer-database-password',
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: '16379',
    SECRETS_DIRECTORY: '/secrets/producer',
    CHAINS: '[{"rpcUrls":["https://127.0.0.1:18545"],"confirmations":3}]',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://localhost:14317',
    AI_BASE_URL: 'http://elsewhere.example:9092',
    CORS_ALLOWED_ORIGINS: 'https://localhost:8080',
  });
});

it('runs what was asked for, and everything when nothing was', () => {
  expect(chooseServices(config, [])).toEqual(['producer', 'consumer']);
  expect(chooseServices(config, ['consumer'])).toEqual(['consumer']);
  expect(() => chooseServices(config, ['kafka'])).toThrow('"kafka" is no service that can run here');
});

it("leaves out of a service's environment what this shell has for another one", () => {
  const shell = {
    PATH: '/bin',
    DATABASE_HOST: 'elsewhere',
    HTTP_PORT: '1',
    HTTP_PROXY: 'http://proxy',
    OTEL_SDK_DISABLED: 'true',
  };
  expect(withoutCoffee(shell)).toEqual({ PATH: '/bin', HTTP_PROXY: 'http://proxy' });
});

it('sends no telemetry where nothing takes it', () => {
  expect(environmentOf(false)).toMatchObject({
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
});

it('puts a stand-in into the place of a container', () => {
  const text = standInOverride(config, ['producer', 'consumer']);
  expect(text).toContain('ports: !override ["127.0.0.1::8079"]');
  expect(text).toContain('healthcheck: !reset null');
  const { services } = parse(text.replaceAll(/!(override|reset) /g, ''));
  expect(Object.keys(services)).toEqual(['producer', 'consumer']);
  expect(services.producer.environment).toEqual({ SERVICE_PORT: 8080, TUNNEL_PORT: 8079 });
  // Nothing of the service's secrets is in it.
  expect(services.producer.volumes).toEqual(['./scripts/dev/stand-in.ts:/etc/go-coffee/stand-in.ts:ro']);
});

it('lets containers run the sources of this machine', () => {
  const text = watchedOverride(config, ['consumer']);
  expect(text).toContain('tmpfs: !override [');
  const { services } = parse(text.replaceAll(/!override /g, ''));
  expect(services.consumer.command).toEqual([
    '--watch',
    '--watch-preserve-output',
    '--import',
    './platform/telemetry/register.ts',
    'services/consumer/main.ts',
  ]);
  expect(services.consumer.volumes).toEqual([
    './contracts:/app/contracts:ro',
    './platform:/app/platform:ro',
    './services/consumer:/app/services/consumer:ro',
  ]);
  expect(() => watchedOverride(config, ['brewer'])).toThrow('no command for brewer');
});

// Guard: the sources that are mounted over the image's hide its page.
it('lets the console look again at the page that is made of the sources', () => {
  const withPage = { ...config, services: { ...config.services, console: service('console', 18085) } };
  const { services } = parse(
    watchedOverride(withPage, ['console', 'consumer']).replaceAll(/!override /g, ''),
  );
  expect(services.console.environment).toMatchObject({ CONSOLE_PAGE_WATCHED: 'true' });
  expect(services.console.volumes).toContain('./services/console:/app/services/console:ro');
  expect(services.consumer.environment).toEqual({
    NODE_OPTIONS: '',
    NODE_COMPILE_CACHE: '/tmp/compile-cache',
  });
  expect(consolePage.folder).toBe(builtPage.directory);
});

// Guard: passwords of the platform are read by nobody else on this machine, and are gone afterwards.
it('keeps secrets for this user, as long as they are needed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'go-coffee-secrets-'));
  try {
    const secrets = join(root, 'dev');
    {
      await using copies = new SecretsOnHost(secrets);
      const folder = copies.directoryOf('producer');
      await writeSecrets(folder, { 'tls.key': 'key', 'jwt-secret': 'old' });
      await writeSecrets(folder, { 'jwt-secret': 'new' });
      expect(readdirSync(folder).toSorted()).toEqual(['jwt-secret', 'tls.key']);
      expect(readFileSync(join(folder, 'jwt-secret'), 'utf8')).toBe('new');
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(folder, 'tls.key')).mode & 0o777).toBe(0o600);
      await expect(writeSecrets(folder, { '../escape': 'x' })).rejects.toThrow('no name of a file');
    }
    expect(readdirSync(root)).toEqual([]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
