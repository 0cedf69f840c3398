import { z } from 'zod';
import { placeOrder } from '#contracts/events/order-commands.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { OrderMetrics } from './metrics.ts';

const receiptSchema = z.object({
  /** Whether every in-sync replica of Kafka has the command. */
  acknowledged: z.boolean(),
  command: placeOrder,
});

export type Receipt = z.infer<typeof receiptSchema>;

/** What `claim` found: nothing before, an earlier receipt, or Redis is of no help. */
export type Claim =
  | { readonly state: 'first' }
  | { readonly state: 'repeat'; readonly receipt: Receipt }
  | { readonly state: 'unknown' };

/** The commands of Redis that are used here: ioredis has them. */
export interface ReceiptRedis {
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX', get: 'GET'): Promise<string | null>;
  set(key: string, value: string, px: 'PX', ttlMs: number): Promise<string | null>;
  get(key: string): Promise<string | null>;
  del(key: string): Promise<number>;
  ping(): Promise<unknown>;
}

// As long as an order may take to the order book (see order-reader.ts).
const incompleteMs = 60_000;

const keyOf = (orderId: string): string => `order:${orderId}`;

/**
 * What was answered for each order, kept in Redis for a day. Best effort by design: every method says what it knows
 * and none rejects. The consumer is what decides (design.md, decision 3).
 */
export class Receipts {
  readonly #redis: ReceiptRedis;
  readonly #ttlMs: number;
  readonly #metrics: OrderMetrics;
  readonly #log: Logger;
  /** Until when a receipt that is not there may have been lost rather than never written. */
  #incompleteUntilMs = 0;

  constructor(redis: ReceiptRedis, ttlMs: number, metrics: OrderMetrics, log: Logger) {
    this.#redis = redis;
    this.#ttlMs = ttlMs;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Leaves a receipt that is not acknowledged unless there is one already, in one round trip. */
  async claim(command: Receipt['command']): Promise<Claim> {
    const value = JSON.stringify({ acknowledged: false, command } satisfies Receipt);
    try {
      const earlier = await this.#redis.set(keyOf(command.orderId), value, 'PX', this.#ttlMs, 'NX', 'GET');
      if (earlier === null) return { state: 'first' };
      return { state: 'repeat', receipt: receiptSchema.parse(JSON.parse(earlier)) };
    } catch (error) {
      this.#failed('claim', error);
      this.#incomplete();
      return { state: 'unknown' };
    }
  }

  async acknowledge(command: Receipt['command']): Promise<void> {
    const value = JSON.stringify({ acknowledged: true, command } satisfies Receipt);
    try {
      await this.#redis.set(keyOf(command.orderId), value, 'PX', this.#ttlMs);
    } catch (error) {
      this.#failed('acknowledge', error);
      this.#incomplete();
    }
  }

  /** Takes back a claim whose order was certainly not sent: its key is free for another order. */
  async withdraw(orderId: string): Promise<void> {
    try {
      await this.#redis.del(keyOf(orderId));
    } catch (error) {
      this.#failed('withdraw', error);
    }
  }

  /** `undefined` when there is none that can be read, `unknown` when Redis can't tell or missed some lately. */
  async find(orderId: string): Promise<Receipt | undefined | 'unknown'> {
    let value: string | null;
    try {
      value = await this.#redis.get(keyOf(orderId));
    } catch (error) {
      this.#failed('find', error);
      return 'unknown';
    }
    if (value === null) return performance.now() < this.#incompleteUntilMs ? 'unknown' : undefined;
    try {
      return receiptSchema.parse(JSON.parse(value));
    } catch (error) {
      this.#failed('find', error);
      return undefined;
    }
  }

  #incomplete(): void {
    this.#incompleteUntilMs = performance.now() + incompleteMs;
  }

  #failed(operation: 'claim' | 'acknowledge' | 'withdraw' | 'find', error: unknown): void {
    this.#metrics.receiptFailed(operation);
    // At debug level: while Redis is away this is every order; its connection reports the loss once.
    this.#log.debug({ operation, error: messageOf(error) }, 'receipt failed');
  }
}
