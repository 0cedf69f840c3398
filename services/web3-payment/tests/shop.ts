import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Hex } from 'viem';
import { inject } from 'vitest';
import { type OrderMoved, statusEventType } from '#contracts/events/order-events.ts';
import type { PaymentChanged } from '#contracts/events/payments.ts';
import type { OrderStatus } from '#contracts/order-lifecycle.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { type ChainClient, createChainClient } from '../chain/chain-client.ts';
import { keySigner, type Signer } from '../chain/signer.ts';
import type { ChainDefinition } from '../chains.ts';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';
import { Deployed, type Person, people } from '../contracts/tests/deployed.ts';
import { schema } from '../database/migrations.ts';
import { paymentsOfOrder } from '../database/payments.ts';
import { decodeOrderNews } from '../domain/order-events.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { Follower, type FollowerOptions } from '../following/follower.ts';
import { Invoicing } from '../invoicing.ts';
import { PaymentDesk } from '../payment-desk.ts';
import { applyOrderNews } from '../receiving/apply-order-news.ts';
import { demoPaymentJob } from '../sending/demo-payments.ts';
import { refundJob } from '../sending/refunds.ts';
import { Sender, type SenderOptions } from '../sending/sender.ts';
import { account, LocalChain, type LocalChainOptions } from './local-chain.ts';
import { RecordedWeb3Metrics } from './recorded-metrics.ts';

export const confirmations = 3;

/** A signer for one of the chain's people. */
export const signerOf = (person: Person): Signer => {
  const key = account(people[person]).getHdKey().privateKey;
  if (!key) throw new Error('a development account has a key');
  return keySigner(`0x${Buffer.from(key).toString('hex')}`);
};

/** A chain with the contracts on it, which makes blocks when a test says so. */
export async function preparedChain(options: LocalChainOptions = {}): Promise<Deployed> {
  const chain = await LocalChain.start(options);
  const deployed = await Deployed.on(chain);
  await chain.client.setAutomine(false);
  return deployed;
}

export const definitionOf = (
  deployed: Deployed,
  name = 'local',
  change: Partial<ChainDefinition> = {},
): ChainDefinition => ({
  name,
  chainId: deployed.chain.chain.id,
  rpcUrls: [deployed.chain.url],
  internal: false,
  confirmations,
  contract: deployed.payments,
  firstBlock: 0,
  tokens: [{ symbol: 'USDC', address: deployed.token, decimals: 6, par: true }],
  maxFeePerGas: 10n ** 12n,
  ...change,
});

export interface ShopOptions {
  readonly definitions?: readonly ChainDefinition[];
  readonly follower?: FollowerOptions;
}

/** The service without Kafka and HTTP: news of orders are handed in, and its rounds run when a test says so. */
export class Shop implements AsyncDisposable {
  readonly database: Database;
  readonly deployed: Deployed;
  readonly chains: readonly ChainClient[];
  readonly metrics = new RecordedWeb3Metrics();
  readonly log = recordingLog();
  readonly desk: PaymentDesk;
  readonly #test: TestDatabase;
  readonly invoicing: Invoicing;
  readonly #followers: readonly Follower[];

  private constructor(test: TestDatabase, deployed: Deployed, options: ShopOptions) {
    this.#test = test;
    this.database = test.database;
    this.deployed = deployed;
    const definitions = options.definitions ?? [definitionOf(deployed)];
    this.chains = definitions.map((definition) =>
      createChainClient(definition, {
        timeoutMs: 2_000,
        onFailure: (chain, endpoint) => this.metrics.rpcFailed(chain, endpoint),
      }),
    );
    this.invoicing = new Invoicing({
      chains: this.chains,
      merchant: signerOf('merchant'),
      prices: { maxAgeMs: 3_600_000, least: 1n, most: 1_000_000n },
      now: () => new Date(),
    });
    this.desk = new PaymentDesk({ database: this.database, invoicing: this.invoicing });
    this.#followers = this.chains.map((chain) => this.newFollower(chain, options.follower));
  }

  static async open(deployed: Deployed, options: ShopOptions = {}): Promise<Shop> {
    const test = await createMigratedDatabase(inject('postgres'), ['web3-payment'], [schema]);
    return new Shop(test, deployed, options);
  }

  newFollower(chain: ChainClient = this.#first, options: FollowerOptions = {}): Follower {
    const { database, metrics, log } = this;
    return new Follower({ chain, database, metrics, log: log.log }, options);
  }

  newSender(person: 'operator' | 'payer', options: SenderOptions & { chain?: ChainClient } = {}): Sender {
    const jobs = [person === 'operator' ? refundJob(100) : demoPaymentJob(100)];
    const { chain = this.#first, ...rest } = options;
    const { database, metrics, log } = this;
    return new Sender({ chain, signer: signerOf(person), jobs, database, metrics, log: log.log }, rest);
  }

  get #first(): ChainClient {
    const [first] = this.chains;
    if (!first) throw new Error('the shop has a chain');
    return first;
  }

  /** Tells the service what happened to an order. */
  async tell(...events: readonly Partial<OrderMoved>[]): Promise<void> {
    const messages = events.map(newsOf);
    const news = messages.flatMap((message) => decodeOrderNews(message) ?? []);
    const contexts = new Map(messages.map((message) => [message, ROOT_CONTEXT]));
    const receiving = { database: this.database, invoicing: this.invoicing, paymentWindowMs: 900_000 };
    await applyOrderNews(receiving, news, contexts);
  }

  /** An order that waits for its payment. @returns its id */
  async order(change: Partial<OrderMoved> = {}): Promise<string> {
    const orderId = randomUUID();
    await this.tell({ orderId, ...change });
    return orderId;
  }

  /** Follows all chains to their ends. */
  async follow(): Promise<void> {
    for (const follower of this.#followers) while (await follower.follow());
  }

  async payment(orderId: string, chain = 'local'): Promise<PaymentRecord> {
    const found = (await paymentsOfOrder(this.database, orderId)).find((payment) => payment.chain === chain);
    if (!found) throw new Error(`order ${orderId} has no payment on ${chain}`);
    return found;
  }

  /** Sends a payment with a wallet, which is in the next block. @returns the transaction's hash */
  async pay(orderId: string, person: Person = 'payer', nonce?: number): Promise<Hex> {
    const { tokenAddress, amount, payer, expiresAt, signature } = await this.payment(orderId);
    const wallet = this.deployed.wallet(person);
    const expiry = BigInt(expiresAt.getTime() / 1_000);
    const key: Hex = `0x${orderId.replaceAll('-', '').padEnd(64, '0')}`;
    return await wallet.writeContract({
      address: this.deployed.payments,
      abi: coffeePaymentsAbi,
      functionName: 'pay',
      args: [{ orderId: key, token: tokenAddress, amount, payer, expiry }, signature],
      gas: 250_000n,
      ...(nonce === undefined ? {} : { nonce }),
    });
  }

  /** Pays, makes the blocks that settle it, and follows. */
  async settle(orderId: string): Promise<Hex> {
    const hash = await this.pay(orderId);
    await this.deployed.chain.mine(confirmations);
    await this.follow();
    return hash;
  }

  /** What was told of an order, the oldest first. */
  async told(orderId: string): Promise<PaymentChanged[]> {
    const { rows } = await this.database.raw<{ rows: { payload: string }[] }>(
      'select payload from payments.outbox where key = ? order by id',
      [orderId],
    );
    return rows.map(({ payload }) => JSON.parse(payload) as PaymentChanged);
  }

  async statuses(orderId: string): Promise<string[]> {
    return (await this.told(orderId)).map(({ status }) => status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#test[Symbol.asyncDispose]();
  }
}

let offset = 0;

/** The message that tells of an order; of one that waits for a payment by crypto, unless told. */
export function newsOf(change: Partial<OrderMoved>): IncomingMessage {
  const status: OrderStatus = change.status ?? 'awaiting-payment';
  const event: OrderMoved = {
    orderId: randomUUID(),
    orderVersion: 2,
    customerId: 'ada',
    status,
    previousStatus: 'accepted',
    paid: false,
    refundDue: false,
    paymentMethod: 'crypto',
    currency: 'USD',
    totalCents: 450,
    action: 'request-payment',
    actor: 'system',
    occurredAt: new Date().toISOString(),
    ...change,
  };
  const { orderId } = event;
  const { key, value, headers } = encodeEvent(
    {
      id: randomUUID(),
      type: statusEventType(status),
      source: '/tests',
      subject: orderId,
      time: event.occurredAt,
      data: event,
    },
    orderEventsTopic.name,
    orderId,
  );
  offset += 1;
  const place = {
    topic: orderEventsTopic.name,
    partition: 0,
    offset: String(offset),
    timestampMs: Date.now(),
  };
  return { ...place, key, headers, value: Buffer.from(value) };
}
