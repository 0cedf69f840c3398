import { randomUUID } from 'node:crypto';
import { analyticsTopic, orderEventsTopic } from '#contracts/topics.ts';
import { createVerifier } from '#platform/config/identity.ts';
import { createPool, type Database } from '#platform/database/database.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import type { Kafka } from '#platform/kafka/client.ts';
import { createBatchHandler } from '#platform/kafka/handle-batch.ts';
import { Sender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import type { Role } from '#platform/lifecycle/role.ts';
import { Relay } from '#platform/outbox/relay.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { pingRedis } from '#platform/redis/redis.ts';
import {
  databaseOptions,
  openDatabase,
  openKafka,
  openRedis,
  openRole,
  openService,
} from '#platform/service/service.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { builtInAgents } from './agents/built-in.ts';
import { callRemoteAgent } from './agents/remote.ts';
import type { AiConfig } from './config.ts';
import { createConnectors } from './connectors/connectors.ts';
import { OutboundGuard } from './connectors/outbound-guard.ts';
import type { CallParts } from './connectors/signed-request.ts';
import { modelBookOf } from './database/model-book.ts';
import { aiOutbox } from './database/outbox.ts';
import type { Durable } from './engine/durable.ts';
import { Engine } from './engine/engine.ts';
import { executeRun, type WorkParts } from './engine/run-parts.ts';
import { Running } from './engine/running.ts';
import { Workflows } from './engine/workflows.ts';
import { type AiMetrics, createAiMetrics } from './metrics.ts';
import { ModelGateway } from './providers/gateway.ts';
import { OpenAiProvider } from './providers/openai-compatible.ts';
import type { AgentParts } from './routes/agents.ts';
import { applyBatch } from './triggers/apply-batch.ts';
import { readSource } from './triggers/source-event.ts';

/** Everything the AI orchestrator is made of; closes in reverse order. */
export interface AiContext extends AsyncDisposable {
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Whether it works or waits. */
  readonly role: Role;
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  readonly database: Database;
  readonly engine: Engine;
  readonly workflows: Workflows;
  readonly agents: AgentParts;
}

/** What a test may put in the place of the real part. */
export interface AiOverrides {
  readonly log?: Logger;
  readonly kafka?: Kafka;
  readonly durable?: Durable;
  readonly work?: Partial<WorkParts>;
}

const corrections = 2;

/** Wires the service. Nothing here waits: the parts connect in the background. */
export function createAiContext(config: AiConfig, overrides: AiOverrides = {}): AiContext {
  const service = openService('ai-orchestrator', config, overrides);
  const { parts, log, tls, health } = service;
  const database = openDatabase(service);
  // Its schema, too: under Kubernetes another pod makes it.
  health.depend('postgres', async () => {
    await database.raw('select from ai.executors');
  });
  const redis = openRedis(service);
  health.depend('redis', () => pingRedis(redis), { optional: true });
  const limiter = createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE, redis });
  const kafka = overrides.kafka ?? openKafka(service);
  const sender = parts.use(new Sender(kafka, log));
  const metrics = createAiMetrics();
  const guard = new OutboundGuard(config.OUTBOUND_ALLOWED_HOSTS);
  const call = { guard, timeoutMs: config.OUTBOUND_TIMEOUT };

  const work: WorkParts = {
    database,
    agents: builtInAgents,
    callRemote: (request) => callRemoteAgent(call, config.OUTBOUND_SIGNING_SECRET, request),
    models: new ModelGateway({
      remote: remoteOf(config),
      prices: { input: config.AI_INPUT_PRICE, output: config.AI_OUTPUT_PRICE },
      book: modelBookOf(database),
      metrics,
      log,
    }),
    connectors: createConnectors(connectorOptions(config), call, log),
    metrics,
    ...overrides.work,
  };
  const pool = createPool({ ...databaseOptions(service), poolSize: config.ENGINE_POOL_SIZE }, (error) =>
    log.debug({ error: error.message }, 'a connection of the engine has ended'),
  );
  parts.defer(() => pool.end());
  const engine = new Engine(
    {
      executorId: randomUUID(),
      pool,
      workerConcurrency: config.ENGINE_WORKER_CONCURRENCY,
      globalConcurrency: config.ENGINE_GLOBAL_CONCURRENCY,
      startsPerSecond: config.ENGINE_STARTS_PER_SECOND,
      stopLimitMs: config.ENGINE_STOP_LIMIT,
    },
    {
      execute: (durable, run) => executeRun(work, durable, run),
      onSchedule: (name, at, request) => workflows.executeScheduled(name, at, request),
      log,
      ...(overrides.durable ? { durable: overrides.durable } : {}),
    },
  );
  const workflows = new Workflows(database, engine, { maxWaiting: config.ENGINE_MAX_WAITING });
  const wiring: Wiring = { config, database, kafka, sender, engine, call, metrics, log };
  const role = openRole(service, database);
  let consumer: BatchConsumer | undefined;
  role.whenActive((work) => {
    consumer = startWork(wiring, work);
  });
  health.depend(
    'engine',
    role.check(() => engine.ping()),
  );
  health.depend(
    'kafka',
    role.check(() => consumer?.ping()),
  );
  health.start();
  return {
    tls,
    log,
    health,
    role,
    verifier: createVerifier(config),
    limiter,
    database,
    engine,
    workflows,
    agents: { database, builtIn: builtInAgents, guard },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

interface Wiring {
  readonly config: AiConfig;
  readonly database: Database;
  readonly kafka: Kafka;
  readonly sender: Sender;
  readonly engine: Engine;
  readonly call: CallParts;
  readonly metrics: AiMetrics;
  readonly log: Logger;
}

/** What only one colour does: run workflows, and take what starts them. */
function startWork(wiring: Wiring, parts: AsyncDisposableStack): BatchConsumer {
  const { config, database, kafka, sender, engine, metrics, log } = wiring;
  const relay = parts.use(new Relay({ database, outbox: aiOutbox, sender, log }));
  const running = parts.use(new Running({ ...wiring, relay }));
  const deadLetters = parts.use(new BatchingProducer(sender));
  const handle = createBatchHandler({
    group: config.AI_GROUP,
    decode: readSource,
    apply: (batch, contexts) => applyBatch(database, batch, contexts),
    publish: (message) => deadLetters.publish(message),
    onApplied: () => relay.poke(),
    onDeadLetter: ({ code }, topic) => metrics.deadLetter(topic, code),
    log,
  });
  return parts.use(
    new BatchConsumer(
      kafka,
      {
        groupId: config.AI_GROUP,
        topics: [orderEventsTopic.name, analyticsTopic.name],
        // When the engine is full, events wait in Kafka: nothing is lost, and nothing piles up here.
        handle: async (messages, batch) => {
          await running.room(batch.signal);
          await handle(messages, batch);
        },
        concurrency: config.AI_CONCURRENCY,
        joinMs: config.AI_BATCH_WAIT,
        maxBatch: config.AI_MAX_BATCH,
        whenReady: () => engine.ping(),
      },
      log,
    ),
  );
}

function remoteOf(config: AiConfig): OpenAiProvider | undefined {
  const { AI_PROVIDER, AI_BASE_URL = '', AI_MODEL = '', AI_API_KEY, AI_TIMEOUT } = config;
  if (AI_PROVIDER === 'local') return undefined;
  return new OpenAiProvider({
    baseUrl: AI_BASE_URL.replace(/\/+$/, ''),
    model: AI_MODEL,
    apiKey: AI_API_KEY,
    timeoutMs: AI_TIMEOUT,
    corrections,
  });
}

const connectorOptions = (config: AiConfig) => ({
  webhookUrl: config.NOTIFY_WEBHOOK_URL,
  webhookSecret: config.OUTBOUND_SIGNING_SECRET,
  slackUrl: config.NOTIFY_SLACK_URL,
  smtpUrl: config.NOTIFY_SMTP_URL,
  emailFrom: config.NOTIFY_EMAIL_FROM,
  emailTo: config.NOTIFY_EMAIL_TO,
});
