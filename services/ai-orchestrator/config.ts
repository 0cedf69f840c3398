import { z } from 'zod';
import { orderEventsTopic, segmentMs } from '#contracts/topics.ts';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, list, positiveInteger } from '#platform/config/values.ts';
import { serviceSchema } from '#platform/service/schema.ts';

const hour = 3_600_000;
const day = 24 * hour;
const deliveredForMs = orderEventsTopic.retentionMs + segmentMs;

const microdollars = z.coerce.number('must be a whole number').int().min(0);
const secret = z.string().regex(/^[A-Za-z0-9+/_=-]{24,}$/, 'must be base64 of at least 16 bytes');

export const schema = serviceSchema({
  ...identityShape,
  AI_GROUP: z.string().default('ai-orchestrator'),
  /** Transactions at once; each takes a database connection. */
  AI_CONCURRENCY: positiveInteger.default(2),
  /** The most events in one transaction. */
  AI_MAX_BATCH: positiveInteger.default(500),
  /** The least time between the beginnings of two transactions: what comes meanwhile shares the second. */
  AI_BATCH_WAIT: duration.default(100),

  /** Runs at work in this replica, and in all together. */
  ENGINE_WORKER_CONCURRENCY: positiveInteger.default(20),
  ENGINE_GLOBAL_CONCURRENCY: positiveInteger.default(200),
  /** Runs that may begin in a second, in all replicas together. */
  ENGINE_STARTS_PER_SECOND: positiveInteger.default(200),
  /** Runs in the engine's queue at most; others wait in front of it. */
  ENGINE_MAX_QUEUED: positiveInteger.default(500),
  /** Runs that may wait in front of the engine; beyond it events and requests wait. */
  ENGINE_MAX_WAITING: positiveInteger.default(10_000),
  ENGINE_POOL_SIZE: positiveInteger.default(8),
  /** A replica that says nothing for so long is dead: the others go on with its runs. */
  ENGINE_LEASE: duration.refine((ms) => ms >= 3_000, 'must be at least 3s').default(15_000),
  /** How long runs under way may take to come to the end of a step when the service stops. */
  ENGINE_STOP_LIMIT: duration.default(8_000),

  /** `local` needs no network; `openai-compatible` asks a model and goes on locally when it does not answer. */
  AI_PROVIDER: z.enum(['local', 'openai-compatible'], 'must be local or openai-compatible').default('local'),
  /** As http://ollama:11434/v1 */
  AI_BASE_URL: z.url('must be an address such as http://ollama:11434/v1').optional(),
  AI_MODEL: z.string().optional(),
  AI_API_KEY: z.string().optional(),
  AI_TIMEOUT: duration.default(30_000),
  /** What a million tokens cost, in millionths of a dollar. */
  AI_INPUT_PRICE: microdollars.default(0),
  AI_OUTPUT_PRICE: microdollars.default(0),

  /** Hosts that may be called although they are not on the Internet, as `host` or `host:port`. */
  OUTBOUND_ALLOWED_HOSTS: list.default([]),
  OUTBOUND_TIMEOUT: duration.default(10_000),
  /** Signs calls of remote agents and webhooks, base64; their receivers have it as well. */
  OUTBOUND_SIGNING_SECRET: secret.optional(),
  /** Where notices go; a channel without an address is a dry run. */
  NOTIFY_WEBHOOK_URL: z.url().optional(),
  NOTIFY_SLACK_URL: z.url().optional(),
  NOTIFY_SMTP_URL: z.url().optional(),
  NOTIFY_EMAIL_FROM: z.email().default('coffee@localhost.localdomain'),
  NOTIFY_EMAIL_TO: z.email().default('shop@localhost.localdomain'),

  /** How long published events stay in the outbox. */
  OUTBOX_RETENTION: duration.default(hour),
  /** How long it is remembered which orders were counted and which runs have ended. */
  MEMORY_RETENTION: duration
    .refine(
      (ms) => ms > deliveredForMs,
      `must be longer than Kafka keeps ${orderEventsTopic.name} (${deliveredForMs / hour}h), or a redelivery would count again`,
    )
    .default(30 * day),
})
  .superRefine(requireSafeIdentity)
  .superRefine(({ AI_PROVIDER, AI_BASE_URL, AI_MODEL }, context) => {
    if (AI_PROVIDER === 'local') return;
    const missing = [
      ['AI_BASE_URL', AI_BASE_URL],
      ['AI_MODEL', AI_MODEL],
    ] as const;
    for (const [name, value] of missing) {
      if (value === undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `must be set: AI_PROVIDER is ${AI_PROVIDER}`,
        });
    }
  });

export type AiConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadAiConfig = (environment: Environment): AiConfig => loadConfig(schema, environment);
