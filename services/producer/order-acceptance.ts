import { type PlaceOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import type { CustomerOrder, Order } from '#contracts/http/orders.ts';
import type { OrderView } from '#contracts/order-view.ts';
import { ordersTopic } from '#contracts/topics.ts';
import { AppError, type ErrorCode } from '#platform/errors/app-error.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { OrderBook } from './database/order-book.ts';
import { commandIdOf, fingerprintOf, orderIdOf } from './domain/order-identity.ts';
import { orderOf } from './domain/placed-order.ts';
import { priceOrder } from './domain/pricing.ts';
import type { MenuCache } from './menu-cache.ts';
import type { OrderMetrics } from './metrics.ts';
import type { Receipts } from './receipts.ts';
import { explainUnknownOutcome } from './unknown-outcome.ts';

export interface AcceptanceParts {
  readonly menu: MenuCache;
  readonly receipts: Receipts;
  readonly orderBook: Pick<OrderBook, 'find'>;
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly metrics: OrderMetrics;
  readonly now: () => Date;
  /** How long an order waits for its payment, in milliseconds. */
  readonly paymentWindowMs: number;
  /** Where orders are placed, where there are several regions. */
  readonly region?: string | undefined;
}

export interface Acceptance {
  readonly order: Order;
  /** Whether this is the answer to an earlier request. */
  readonly replayed: boolean;
}

const nothingSent: ReadonlySet<string> = new Set<ErrorCode>(['overloaded', 'dependency-unavailable']);

// Without Redis a repeat is still worth recognising, but not worth keeping a customer waiting.
const orderBookTimeoutMs = 300;

/** Accepts orders: prices them, recognises repeats, and publishes (design.md, decisions 1 and 3). */
export class OrderAcceptance {
  readonly #parts: AcceptanceParts;

  constructor(parts: AcceptanceParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when every in-sync replica of Kafka has the order.
   *
   * @throws AppError `validation-failed` (not on the menu), `idempotency-key-reused`, `overloaded`,
   * `dependency-unavailable`, `outcome-unknown` (repeat it with the same key).
   */
  async accept(request: CustomerOrder, idempotencyKey: string): Promise<Acceptance> {
    const { metrics } = this.#parts;
    try {
      const acceptance = await this.#accept(request, idempotencyKey);
      if (acceptance.replayed) metrics.replayed();
      else metrics.accepted();
      return acceptance;
    } catch (error) {
      metrics.rejected(error instanceof AppError ? error.code : 'internal');
      throw error;
    }
  }

  async #accept(request: CustomerOrder, idempotencyKey: string): Promise<Acceptance> {
    const { receipts, region } = this.#parts;
    const orderId = orderIdOf(request.customerId, idempotencyKey, region);
    const fingerprint = fingerprintOf(request);
    const current = this.#parts.menu.current;
    let command: PlaceOrder;
    try {
      command = this.#price(current, request, orderId, fingerprint);
    } catch (error) {
      // The menu may have lost a product since the first request, whose repeat still gets the first price.
      const earlier = await this.#findEarlier(orderId, fingerprint);
      if (earlier === undefined) throw error;
      if ('status' in earlier) return { order: earlier, replayed: true };
      command = earlier;
    }
    const claim = await receipts.claim(command);
    if (claim.state === 'first') return this.#publishFirst(command);
    if (claim.state === 'repeat') {
      const { receipt } = claim;
      requireSameRequest(receipt.command.fingerprint, fingerprint);
      // Not acknowledged: the first attempt may have failed. What was priced first is what counts.
      if (!receipt.acknowledged) return this.#publish(receipt.command);
      return { order: orderOf(receipt.command), replayed: true };
    }
    const known = await this.#askOrderBook(orderId, fingerprint);
    return known ? { order: known, replayed: true } : this.#publish(command);
  }

  #price(
    current: MenuCache['current'],
    request: CustomerOrder,
    orderId: string,
    fingerprint: string,
  ): PlaceOrder {
    const { now, paymentWindowMs } = this.#parts;
    const { lines, totalCents } = priceOrder(current, request);
    return {
      orderId,
      customerId: request.customerId,
      fingerprint,
      currency: current.menu.currency,
      lines,
      totalCents,
      menuVersion: current.menu.version,
      placedAt: now().toISOString(),
      paymentMethod: request.paymentMethod,
      shopId: request.shopId,
      paymentWindowMs,
    };
  }

  /**
   * What was accepted or sent before under this key.
   * @throws AppError `dependency-unavailable` when neither Redis nor PostgreSQL can tell: to refuse it could be wrong.
   */
  async #findEarlier(orderId: string, fingerprint: string): Promise<PlaceOrder | Order | undefined> {
    const { receipts, orderBook } = this.#parts;
    const receipt = await receipts.find(orderId);
    if (receipt === 'unknown')
      return asStored(await orderBook.find(orderId, orderBookTimeoutMs), fingerprint);
    // Receipts end, by age or for want of memory; orders do not.
    if (receipt === undefined) return this.#askOrderBook(orderId, fingerprint);
    requireSameRequest(receipt.command.fingerprint, fingerprint);
    return receipt.command;
  }

  async #askOrderBook(orderId: string, fingerprint: string): Promise<Order | undefined> {
    const stored = await this.#parts.orderBook.find(orderId, orderBookTimeoutMs).catch((error: unknown) => {
      // Nobody knows of a repeat now: the consumer will, and keeps the first.
      if (error instanceof AppError && error.code === 'dependency-unavailable') return undefined;
      throw error;
    });
    return asStored(stored, fingerprint);
  }

  /** Like `#publish`, and frees the key when it is certain that nothing was sent. */
  async #publishFirst(command: PlaceOrder): Promise<Acceptance> {
    try {
      return await this.#publish(command);
    } catch (error) {
      if (error instanceof AppError && nothingSent.has(error.code)) {
        await this.#parts.receipts.withdraw(command.orderId);
      }
      throw error;
    }
  }

  async #publish(command: PlaceOrder): Promise<Acceptance> {
    const { publish, receipts } = this.#parts;
    const message = encodeEvent(
      {
        id: commandIdOf(command.orderId, command.fingerprint),
        type: placeOrderType,
        source: '/services/producer',
        subject: command.orderId,
        time: command.placedAt,
        data: command,
      },
      ordersTopic.name,
      command.orderId,
    );
    try {
      await publish(message);
    } catch (error) {
      throw explainUnknownOutcome(
        error,
        'The order may or may not have been accepted. Repeat the request with the same Idempotency-Key: it will not be placed twice.',
      );
    }
    await receipts.acknowledge(command);
    return { order: orderOf(command), replayed: false };
  }
}

function asStored(stored: OrderView | undefined, fingerprint: string): Order | undefined {
  if (!stored) return undefined;
  requireSameRequest(stored.fingerprint, fingerprint);
  return stored.order;
}

function requireSameRequest(earlier: string, now: string): void {
  if (earlier === now) return;
  const message = 'was used by this customer for a different order; take a new key for a new order';
  throw new AppError('idempotency-key-reused', `This Idempotency-Key ${message}.`, {
    fields: [{ field: 'header.idempotency-key', message }],
  });
}
