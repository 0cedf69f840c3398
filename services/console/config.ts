import { z } from 'zod';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import {
  duration,
  flag,
  httpShape,
  kafkaShape,
  positiveInteger,
  serviceShape,
} from '#platform/config/values.ts';

const address = z.url({ protocol: /^https?$/, error: 'must be an address such as https://prometheus:9090' });

export const schema = withTls({
  ...serviceShape,
  ...httpShape,
  ...kafkaShape,
  ...identityShape,
  /** Of each who is signed in: a page asks for several things every few seconds. */
  RATE_LIMIT_REQUESTS_PER_MINUTE: positiveInteger.default(1_200),
  STREAMS_URL: address,
  WEB3_PAYMENT_URL: address,
  AI_ORCHESTRATOR_URL: address,
  PROMETHEUS_URL: address,
  JAEGER_URL: address,
  /** Absent where there is no Loki. */
  LOKI_URL: address.optional(),
  ALERT_INBOX_URL: address,
  /** As a browser reaches them, for links. */
  GRAFANA_PUBLIC_URL: address.optional(),
  /** Of the process that `./coffee up` runs, as a browser on that machine reaches it. */
  CONSOLE_AGENT_URL: address.optional(),
  /** For development: the files of the page are read anew for each request, because a bundler changes them. */
  CONSOLE_PAGE_WATCHED: flag.default(false),
  UPSTREAM_TIMEOUT: duration.default(5_000),
  FEED_MAX_CLIENTS: positiveInteger.default(50),
}).superRefine(requireSafeIdentity);

export type ConsoleConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadConsoleConfig = (environment: Environment): ConsoleConfig => loadConfig(schema, environment);
