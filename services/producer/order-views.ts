import { isSettled } from '#contracts/order-lifecycle.ts';
import { type OrderView, orderView, orderViewKey } from '#contracts/order-view.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { VersionedCache } from '#platform/redis/versioned-cache.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { OrderMetrics } from './metrics.ts';

// The consumer invalidates a view when its order changes; should that be lost, this is how stale an answer can be.
const openTtlMs = 5_000;
// A settled order hardly ever changes again.
const settledTtlMs = 10 * 60_000;

/** Where views are kept. */
export type ViewCache = Pick<VersionedCache, 'get' | 'put'>;

/**
 * Hot orders: read from Redis, filled from the order book, which is asked once however many ask for the same order at
 * the same time. Best effort: without Redis every read goes to the order book.
 */
export class OrderViews {
  readonly #cache: ViewCache;
  readonly #metrics: OrderMetrics;
  readonly #log: Logger;
  readonly #loading = new Map<string, Promise<OrderView | undefined>>();

  constructor(cache: ViewCache, metrics: OrderMetrics, log: Logger) {
    this.#cache = cache;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Rejects as `load` does. @param load reads the order from the order book. */
  async find(
    orderId: string,
    load: (orderId: string) => Promise<OrderView | undefined>,
  ): Promise<OrderView | undefined> {
    const cached = await this.#cached(orderId);
    if (cached) return cached;
    const underWay = this.#loading.get(orderId);
    if (underWay) return underWay;
    const loading = this.#load(orderId, load).finally(() => this.#loading.delete(orderId));
    this.#loading.set(orderId, loading);
    return loading;
  }

  async #load(
    orderId: string,
    load: (orderId: string) => Promise<OrderView | undefined>,
  ): Promise<OrderView | undefined> {
    const view = await load(orderId);
    if (view) void this.#keep(view);
    return view;
  }

  async #cached(orderId: string): Promise<OrderView | undefined> {
    try {
      const body = await this.#cache.get(orderViewKey(orderId));
      return body === undefined ? undefined : orderView.parse(JSON.parse(body));
    } catch (error) {
      this.#failed('read', error);
      return undefined;
    }
  }

  async #keep(view: OrderView): Promise<void> {
    const { id, version, status, refundDue } = view.order;
    const settled = isSettled({ status, paid: refundDue });
    try {
      const entry = { key: orderViewKey(id), version };
      await this.#cache.put(entry, JSON.stringify(view), settled ? settledTtlMs : openTtlMs);
    } catch (error) {
      this.#failed('write', error);
    }
  }

  #failed(operation: 'read' | 'write', error: unknown): void {
    this.#metrics.viewFailed(operation);
    // At debug level: while Redis is away this is every read; its connection reports the loss once.
    this.#log.debug({ operation, error: messageOf(error) }, 'order view failed');
  }
}
