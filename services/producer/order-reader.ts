import type { Order, OrderPage, OrderQuery } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { OrderBook } from './database/order-book.ts';
import { orderOf } from './domain/placed-order.ts';
import type { Receipts } from './receipts.ts';

/** Reads orders from the order book, and those that have not reached it yet from their receipts. */
export class OrderReader {
  readonly #orderBook: OrderBook;
  readonly #receipts: Pick<Receipts, 'find'>;
  readonly #timeoutMs: number;

  constructor(orderBook: OrderBook, receipts: Pick<Receipts, 'find'>, timeoutMs: number) {
    this.#orderBook = orderBook;
    this.#receipts = receipts;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @throws AppError `dependency-unavailable` when PostgreSQL is away and Redis does not have the order, or when Redis is
   * away and PostgreSQL does not have it: it may have been accepted a moment ago.
   */
  async find(orderId: string): Promise<Order | undefined> {
    let away: AppError | undefined;
    try {
      const stored = await this.#orderBook.find(orderId, this.#timeoutMs);
      if (stored) return stored.order;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      away = error;
    }
    const receipt = await this.#receipts.find(orderId);
    // Not acknowledged means not accepted, as far as anybody knows.
    if (receipt !== 'unknown' && receipt?.acknowledged) return orderOf(receipt.command);
    if (away) throw away;
    if (receipt === 'unknown') throw undecided();
    return undefined;
  }

  /** @throws AppError `dependency-unavailable` when PostgreSQL is away, `validation-failed` for a wrong cursor. */
  list(query: OrderQuery): Promise<OrderPage> {
    return this.#orderBook.list(query, this.#timeoutMs);
  }
}

function undecided(): AppError {
  return new AppError(
    'dependency-unavailable',
    'The order is not in the order book; whether it was just accepted can not be told right now.',
    { retryAfterSeconds: 1 },
  );
}
