import { order } from '#contracts/http/orders.ts';
import type { OrderStatus } from '#contracts/order-lifecycle.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { type ApiClient, NoReplyError } from '../scripts/stack/api-client.ts';
import type { StackTokens } from '../scripts/stack/tokens.ts';

/** As much of an order as a barista looks at. */
const looked = order.pick({ status: true });

/** What a barista does to an order that is there. */
const nextAction: Partial<Record<OrderStatus, string>> = {
  'awaiting-payment': 'confirm-payment',
  paid: 'prepare',
  preparing: 'mark-ready',
  ready: 'complete',
};

const giveUpAfterMs = 60_000;
// Looks are no part of what is promised. Where a step takes a second, with a first one after 20 ms they were two thirds of all requests;
// where it takes several, two a second at each order were as much work as accepting them.
const leastBetweenLooksMs = 100;
const mostBetweenLooksMs = 2000;
// So many that none of them asks more often than the limit of one allows.
const baristaCount = 200;

/** Serve some of the orders, one step after another, as fast as the platform lets them. */
export class Baristas {
  readonly #client: Pick<ApiClient, 'send'>;
  readonly #tokens: Pick<StackTokens, 'headerOf'>;
  readonly #signal: AbortSignal;
  readonly #open = new Set<Promise<void>>();
  asked = 0;
  served = 0;

  constructor(client: Pick<ApiClient, 'send'>, tokens: Pick<StackTokens, 'headerOf'>, signal: AbortSignal) {
    this.#client = client;
    this.#tokens = tokens;
    this.#signal = signal;
  }

  serve(orderIds: readonly string[]): void {
    for (const orderId of orderIds) {
      this.asked += 1;
      const barista = `barista-of-load-${this.asked % baristaCount}`;
      const serving: Promise<void> = this.#serve(orderId, barista).finally(() => this.#open.delete(serving));
      this.#open.add(serving);
    }
  }

  /** Resolves when every order that was asked for is served, or given up. */
  async finish(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #serve(orderId: string, barista: string): Promise<void> {
    const deadline = performance.now() + giveUpAfterMs;
    let done: string | undefined;
    for (let attempt = 0; performance.now() < deadline && !this.#signal.aborted; attempt += 1) {
      const status = await this.#look(orderId, barista);
      if (status === 'completed') {
        this.served += 1;
        return;
      }
      const action = status && nextAction[status];
      if (action && action !== done && (await this.#act(orderId, action, barista))) {
        done = action;
        attempt = 0;
      }
      await pause(backoff(attempt, leastBetweenLooksMs, mostBetweenLooksMs), this.#signal);
    }
  }

  async #look(orderId: string, barista: string): Promise<OrderStatus | undefined> {
    const reply = await this.#send(barista, 'GET', `/v1/orders/${orderId}`);
    return reply?.status === 200 ? looked.parse(reply.body).status : undefined;
  }

  async #act(orderId: string, action: string, barista: string): Promise<boolean> {
    return (await this.#send(barista, 'POST', `/v1/orders/${orderId}/actions`, action))?.status === 202;
  }

  async #send(barista: string, method: 'GET' | 'POST', path: string, action?: string) {
    const headers = {
      ...(await this.#tokens.headerOf(barista, 'barista')),
      ...(action ? { 'idempotency-key': action } : {}),
    };
    const body = action ? { body: { action } } : {};
    try {
      return await this.#client.send({ method, path, headers, ...body, signal: this.#signal });
    } catch (error) {
      if (error instanceof NoReplyError) return undefined;
      throw error;
    }
  }
}
