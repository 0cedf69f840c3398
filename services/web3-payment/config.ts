import { z } from 'zod';
import { deploymentOf } from '#platform/config/deployment.ts';
import { identityShape, requireSafeIdentity } from '#platform/config/identity.ts';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, positiveInteger } from '#platform/config/values.ts';
import { serviceSchema } from '#platform/service/schema.ts';
import { chainList } from './chains.ts';
import { privateKey } from './private-key.ts';

const hour = 3_600_000;

export const schema = serviceSchema({
  ...identityShape,
  WEB3_GROUP: z.string().default('web3-payment'),
  /** Transactions at once; each takes a database connection. */
  WEB3_CONCURRENCY: positiveInteger.default(4),
  /** The most messages in one transaction. */
  WEB3_MAX_BATCH: positiveInteger.default(500),
  /** The least time between the beginnings of two transactions: what comes meanwhile shares the second. */
  WEB3_BATCH_WAIT: duration.default(100),
  CHAINS: chainList,
  /** Signs invoices. */
  MERCHANT_KEY: privateKey,
  /** Refunds. */
  OPERATOR_KEY: privateKey,
  /** Pays for customers who try the shop out: without it, and anywhere but locally, there is no such wallet. */
  DEMO_WALLET_KEY: privateKey.optional(),
  /** How long an order waits for its payment: as long are invoices good. */
  PAYMENT_WINDOW: duration.default(15 * 60_000),
  /** How often a chain is asked for new blocks. */
  FOLLOW_INTERVAL: duration.default(1_000),
  /** How often it is looked for what is to be sent. */
  SEND_INTERVAL: duration.default(1_000),
  /** How long a transaction may wait for its block before it is sent with higher fees. */
  SEND_PATIENCE: duration.default(15_000),
  /** The most payments of one transaction of ours. */
  SEND_BATCH: positiveInteger.max(250).default(100),
  RPC_TIMEOUT: duration.default(5_000),
  /** A price that is older is refused. */
  PRICE_MAX_AGE: duration.default(hour),
  /** So is one outside of these, in whole units of the currency. */
  PRICE_LEAST: positiveInteger.default(1),
  PRICE_MOST: positiveInteger.default(1_000_000),
  /** How long published events stay in the outbox. */
  OUTBOX_RETENTION: duration.default(hour),
})
  .superRefine(requireSafeIdentity)
  // Everybody who is signed in can have it pay: nowhere but on a developer's own machine.
  .transform((config) => ({
    ...config,
    DEMO_WALLET_KEY:
      deploymentOf(config.OTEL_RESOURCE_ATTRIBUTES) === 'local' ? config.DEMO_WALLET_KEY : undefined,
  }));

export type Web3PaymentConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadWeb3PaymentConfig = (environment: Environment): Web3PaymentConfig =>
  loadConfig(schema, environment);
