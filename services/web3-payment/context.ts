import { formatEther } from 'viem';
import { orderEventsTopic } from '#contracts/topics.ts';
import { createVerifier } from '#platform/config/identity.ts';
import type { Database } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import type { Kafka } from '#platform/kafka/client.ts';
import { createBatchHandler } from '#platform/kafka/handle-batch.ts';
import { Sender as KafkaSender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import type { Role } from '#platform/lifecycle/role.ts';
import { Relay } from '#platform/outbox/relay.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { pingRedis } from '#platform/redis/redis.ts';
import { openDatabase, openKafka, openRedis, openRole, openService } from '#platform/service/service.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { type ChainClient, createChainClient } from './chain/chain-client.ts';
import { keySigner } from './chain/signer.ts';
import type { Web3PaymentConfig } from './config.ts';
import { readCursors } from './database/cursors.ts';
import { paymentOutbox } from './database/outbox.ts';
import { decodeOrderNews } from './domain/order-events.ts';
import { Follower } from './following/follower.ts';
import { Invoicing } from './invoicing.ts';
import { createWeb3Metrics, type Web3Metrics } from './metrics.ts';
import { PaymentDesk } from './payment-desk.ts';
import { applyOrderNews } from './receiving/apply-order-news.ts';
import { demoPaymentJob } from './sending/demo-payments.ts';
import { refundJob } from './sending/refunds.ts';
import { Sender } from './sending/sender.ts';

/** Everything the service is made of; closes in reverse order. */
export interface Web3PaymentContext extends AsyncDisposable {
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly health: Health;
  /** Whether it works or waits. */
  readonly role: Role;
  /** Tells who asks. */
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
  readonly database: Database;
  readonly invoicing: Invoicing;
  readonly desk: PaymentDesk;
}

/** What a test may put in the place of the real part. */
export interface Web3PaymentOverrides {
  readonly log?: Logger;
  readonly kafka?: Kafka;
}

interface Wiring {
  readonly config: Web3PaymentConfig;
  readonly database: Database;
  readonly kafka: Kafka;
  readonly sender: KafkaSender;
  readonly chains: readonly ChainClient[];
  readonly invoicing: Invoicing;
  readonly metrics: Web3Metrics;
  readonly log: Logger;
}

/** Wires the service. Nothing here waits: the parts connect in the background. */
export function createWeb3PaymentContext(
  config: Web3PaymentConfig,
  overrides: Web3PaymentOverrides = {},
): Web3PaymentContext {
  const service = openService('web3-payment', config, overrides);
  const { parts, log, tls, health } = service;
  const database = openDatabase(service);
  // Its schema, too: under Kubernetes another pod makes it.
  const schemaIsThere = async (): Promise<void> => void (await readCursors(database));
  health.depend('postgres', schemaIsThere);
  const redis = openRedis(service);
  health.depend('redis', () => pingRedis(redis), { optional: true });
  const requestsPerMinute = config.RATE_LIMIT_REQUESTS_PER_MINUTE;
  const limiter = createRateLimiter({ requestsPerMinute, redis });

  const kafka = overrides.kafka ?? openKafka(service);
  const sender = parts.use(new KafkaSender(kafka, log));
  const metrics = createWeb3Metrics();
  const chains = config.CHAINS.map((definition) =>
    createChainClient(definition, {
      tls,
      timeoutMs: config.RPC_TIMEOUT,
      onFailure: (chain, endpoint) => metrics.rpcFailed(chain, endpoint),
    }),
  );
  for (const { definition, client } of chains) {
    // Orders get their invoices without it.
    const answers = async (): Promise<void> => void (await client.getBlockNumber());
    health.depend(`chain ${definition.name}`, answers, { optional: true });
  }
  const invoicing = new Invoicing({
    chains,
    merchant: keySigner(config.MERCHANT_KEY),
    prices: {
      maxAgeMs: config.PRICE_MAX_AGE,
      least: BigInt(config.PRICE_LEAST),
      most: BigInt(config.PRICE_MOST),
    },
    now: () => new Date(),
  });
  const desk = new PaymentDesk({ database, invoicing });
  const wiring: Wiring = { config, database, kafka, sender, chains, invoicing, metrics, log };
  const role = openRole(service, database);
  let consumer: BatchConsumer | undefined;
  role.whenActive((work) => {
    const relay = work.use(new Relay({ database, outbox: paymentOutbox, sender, log }));
    metrics.watch(relay);
    const publish = (): void => relay.poke();
    startChains(wiring, publish, work);
    consumer = startReceiving(wiring, publish, schemaIsThere, work);
    startPruning(wiring, work);
  });
  health.depend(
    'kafka',
    role.check(() => consumer?.ping()),
  );
  health.start();
  const verifier = createVerifier(config);
  const dispose = (): Promise<void> => parts.disposeAsync();
  return {
    tls,
    log,
    health,
    role,
    verifier,
    limiter,
    database,
    invoicing,
    desk,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Takes news of orders. @param publish is called when there may be events to publish. */
function startReceiving(
  { config, database, kafka, sender, invoicing, metrics, log }: Wiring,
  publish: () => void,
  whenReady: () => Promise<void>,
  parts: AsyncDisposableStack,
): BatchConsumer {
  const deadLetters = parts.use(new BatchingProducer(sender));
  const receiving = { database, invoicing, paymentWindowMs: config.PAYMENT_WINDOW };
  const handle = createBatchHandler({
    group: config.WEB3_GROUP,
    decode: decodeOrderNews,
    apply: (news, contexts) => applyOrderNews(receiving, news, contexts),
    publish: (message) => deadLetters.publish(message),
    onApplied: (outcome) => {
      metrics.taken(outcome);
      publish();
    },
    onDeadLetter: ({ code }, topic) => metrics.deadLetter(topic, code),
    log,
  });
  return parts.use(
    new BatchConsumer(
      kafka,
      {
        groupId: config.WEB3_GROUP,
        topics: [orderEventsTopic.name],
        handle,
        concurrency: config.WEB3_CONCURRENCY,
        joinMs: config.WEB3_BATCH_WAIT,
        maxBatch: config.WEB3_MAX_BATCH,
        whenReady,
      },
      log,
    ),
  );
}

/** Follows each chain and sends to it. @param publish is called when there may be events to publish. */
function startChains(wiring: Wiring, publish: () => void, parts: AsyncDisposableStack): void {
  const { config, database, chains, metrics, log } = wiring;
  const repeat = (name: string, intervalMs: number, work: () => Promise<boolean>): void => {
    parts.use(new Periodic({ name, intervalMs, work }, log));
  };
  for (const chain of chains) {
    const { name } = chain.definition;
    const follower = new Follower({ chain, database, metrics, log });
    repeat(`following ${name}`, config.FOLLOW_INTERVAL, async () => {
      const more = await follower.follow();
      publish();
      return more;
    });
    for (const { role, key, job } of accounts(config)) {
      const signer = keySigner(key);
      const options = { patienceMs: config.SEND_PATIENCE };
      const sender = new Sender({ chain, signer, jobs: [job], database, metrics, log }, options);
      repeat(`sending ${name} ${role}`, config.SEND_INTERVAL, async () => {
        await sender.work();
        publish();
        return false;
      });
      repeat(`balance ${name} ${role}`, balanceIntervalMs, async () => {
        const balance = await chain.client.getBalance({ address: signer.address });
        metrics.walletBalance(name, role, Number(formatEther(balance)));
        return false;
      });
    }
  }
}

const balanceIntervalMs = 30_000;

const accounts = (config: Web3PaymentConfig) => [
  { role: 'operator', key: config.OPERATOR_KEY, job: refundJob(config.SEND_BATCH) },
  ...(config.DEMO_WALLET_KEY
    ? [{ role: 'demo', key: config.DEMO_WALLET_KEY, job: demoPaymentJob(config.SEND_BATCH) }]
    : []),
];

const pruningIntervalMs = 60_000;
const mostPruned = 5_000;

function startPruning({ config, database, log }: Wiring, parts: AsyncDisposableStack): void {
  const work = async (): Promise<boolean> => {
    const removed = await exclusively(database, 'web3.pruning', (transaction) =>
      paymentOutbox.prune(transaction, config.OUTBOX_RETENTION, mostPruned),
    );
    return removed === mostPruned;
  };
  parts.use(new Periodic({ name: 'pruning', intervalMs: pruningIntervalMs, work }, log));
}
