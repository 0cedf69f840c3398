import { type IdentityVariables, identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import {
  databaseShape,
  duration,
  httpShape,
  kafkaShape,
  positiveInteger,
  redisShape,
  serviceShape,
} from '#platform/config/values.ts';

const schema = withTls({
  ...serviceShape,
  ...httpShape,
  ...kafkaShape,
  ...databaseShape,
  ...redisShape,
  ...identityShape,
  /** Requests at a time; beyond them the answer is 503. */
  HTTP_MAX_IN_FLIGHT: positiveInteger.default(2_000),
  /** How often the menu's version is looked at. */
  MENU_REFRESH_INTERVAL: duration.default(5_000),
  /** How long a repeat of a request is recognised without asking the order book. */
  ORDER_RECEIPT_TTL: duration.default(24 * 3_600_000),
  /** How long a read waits for the order book. */
  ORDER_READ_TIMEOUT: duration.default(1_000),
  /** How long an order waits for its payment before it expires. */
  PAYMENT_WINDOW: duration
    .refine((ms) => ms >= 1_000 && ms <= 7 * 24 * 3_600_000, 'must be from 1s to 168h')
    .default(15 * 60_000),
}).superRefine(requireSafeIdentity);

export type ProducerConfig = ReturnType<typeof loadProducerConfig>;

/** @throws ConfigError naming every wrong variable. */
export function loadProducerConfig(environment: Environment) {
  const env = loadConfig(schema, environment);
  return {
    logLevel: env.LOG_LEVEL,
    tls: { COFFEE_TLS: env.COFFEE_TLS, SECRETS_DIRECTORY: env.SECRETS_DIRECTORY },
    identity: env as IdentityVariables,
    health: { enabled: env.HEALTH_CHECK_ENABLED, intervalMs: env.HEALTH_CHECK_INTERVAL },
    http: {
      host: env.HTTP_HOST,
      port: env.HTTP_PORT,
      corsOrigins: env.CORS_ALLOWED_ORIGINS,
      drainDelayMs: env.HTTP_DRAIN_DELAY,
      maxInFlight: env.HTTP_MAX_IN_FLIGHT,
    },
    kafka: { brokers: env.KAFKA_BROKERS, clientId: 'producer' },
    database: {
      host: env.DATABASE_HOST,
      port: env.DATABASE_PORT,
      name: env.DATABASE_NAME,
      user: env.DATABASE_USER,
      password: env.DATABASE_PASSWORD,
      poolSize: env.DATABASE_POOL_SIZE,
      applicationName: 'producer',
    },
    redis: {
      host: env.REDIS_HOST,
      port: env.REDIS_PORT,
      username: env.REDIS_USERNAME,
      password: env.REDIS_PASSWORD,
      name: 'producer',
    },
    menuRefreshMs: env.MENU_REFRESH_INTERVAL,
    receiptTtlMs: env.ORDER_RECEIPT_TTL,
    readTimeoutMs: env.ORDER_READ_TIMEOUT,
    paymentWindowMs: env.PAYMENT_WINDOW,
  };
}
