import { z } from 'zod';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, positiveInteger } from '#platform/config/values.ts';
import { serviceSchema } from '#platform/service/schema.ts';

export const schema = serviceSchema({
  ...identityShape,
  IDENTITY_DATABASE_USER: z.string().default('identity'),
  /** Few at a time sign in (passwords.ts). */
  IDENTITY_DATABASE_POOL_SIZE: positiveInteger.default(4),
  IDENTITY_DATABASE_PASSWORD: z
    .string('must be set: the password of that role, or a file with it as IDENTITY_DATABASE_PASSWORD_FILE')
    .min(1),
  /** How long an access token is good; it can't be taken back before. */
  ACCESS_TOKEN_LIFETIME: duration
    .refine((ms) => ms >= 60_000 && ms <= 3_600_000, 'must be from 1m to 1h')
    .default(15 * 60_000),
  /** How long somebody stays signed in who comes back. */
  SESSION_LIFETIME: duration
    .refine((ms) => ms >= 60_000 && ms <= 90 * 24 * 3_600_000, 'must be from 1m to 2160h')
    .default(30 * 24 * 3_600_000),
  /** Requests at a time; beyond them the answer is 503. */
  HTTP_MAX_IN_FLIGHT: positiveInteger.default(2_000),
  /** How long requests may take on average, before some are answered 503 so that the others are in time. */
  HTTP_LATENCY_TARGET: duration.default(250),
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
  /** Where this is, where there are several regions: a part of every order's id (docs/multi-region.md). Never change it. */
  REGION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be a short name in lower case')
    .optional(),
}).superRefine(requireSafeIdentity);

export type ProducerConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadProducerConfig = (environment: Environment): ProducerConfig =>
  loadConfig(schema, environment);
