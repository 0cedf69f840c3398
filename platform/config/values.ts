import { z } from 'zod';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A duration as `500ms`, `30s`, `5m` or `1h`; the value is in milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'must be a duration such as 500ms, 30s, 5m or 1h')
  .transform((text) => {
    const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) as unknown as [
      string,
      string,
      keyof typeof unitMs,
    ];
    return Number(amount) * unitMs[unit];
  });

export const port = z.coerce.number('must be a port number').int().min(0).max(65_535);

export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

export const positiveInteger = z.coerce.number('must be a whole number').int().min(1);

/** A comma-separated list; blanks around the elements are dropped. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== ''),
);

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** Origins as browsers send them, `https://coffee.example` or `http://localhost:3000`; no paths and no `*`. */
export const origins = list.refine(
  (elements) => elements.every(isOrigin),
  'must be origins such as https://coffee.example, separated by commas; no paths, no *',
);

const required = (what: string): z.ZodString => z.string(`must be set: ${what}`).min(1);

/** The variables that every service has. */
export const serviceShape = {
  /** What is logged: this level and those above it. */
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** Off: there are no /livez, /readyz and /startupz. */
  HEALTH_CHECK_ENABLED: flag.default(true),
  /** How often what it depends on is asked how it is. */
  HEALTH_CHECK_INTERVAL: duration.default(30_000),
  /** Off: no metrics are sent; traces and logs are. */
  METRICS_ENABLED: flag.default(true),
};

/** The variables of a service with an HTTP server. */
export const httpShape = {
  /** The address that it listens at. */
  HTTP_HOST: z.string().default('0.0.0.0'),
  /** The port that it listens at; 0 takes any free one. */
  HTTP_PORT: port.default(8080),
  /** The pages that browsers may call it from: https://coffee.example, separated by commas. */
  CORS_ALLOWED_ORIGINS: origins.default([]),
  /** How long the server goes on serving after readiness has failed, so that load balancers can notice. */
  HTTP_DRAIN_DELAY: duration.default(0),
  /** Of each identity, and of each address of those who are not signed in. */
  RATE_LIMIT_REQUESTS_PER_MINUTE: positiveInteger.default(100),
};

export const kafkaShape = {
  KAFKA_BROKERS: required('the brokers as host:port, separated by commas').pipe(list),
};

export const databaseShape = {
  DATABASE_HOST: required("PostgreSQL's host"),
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: z.string().default('coffee'),
  DATABASE_USER: required("this service's PostgreSQL role"),
  DATABASE_PASSWORD: required('the password, or a file with it as DATABASE_PASSWORD_FILE'),
  /** The most connections of a process. */
  DATABASE_POOL_SIZE: positiveInteger.default(10),
};

export const redisShape = {
  REDIS_HOST: required("Redis' host"),
  REDIS_PORT: port.default(6379),
  REDIS_USERNAME: z.string().default('default'),
  REDIS_PASSWORD: required('the password, or a file with it as REDIS_PASSWORD_FILE'),
};
