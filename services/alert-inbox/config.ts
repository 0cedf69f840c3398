import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { httpShape, positiveInteger, serviceShape } from '#platform/config/values.ts';

export const schema = withTls({
  ...serviceShape,
  ...httpShape,
  /** Of each address: Alertmanager sends one for a group of alerts, and who looks asks every few seconds. */
  RATE_LIMIT_REQUESTS_PER_MINUTE: positiveInteger.default(600),
  /** Where notifications are kept: a file of JSON lines in this folder. */
  INBOX_DIRECTORY: z.string().default('/var/lib/alert-inbox'),
  /** How many are kept; the oldest go. */
  INBOX_CAPACITY: positiveInteger.default(1_000),
});

export type AlertInboxConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadAlertInboxConfig = (environment: Environment): AlertInboxConfig =>
  loadConfig(schema, environment);
