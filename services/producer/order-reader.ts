import type { Order, OrderPage, OrderQuery } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { OrderBook } from './database/order-book.ts';
import { orderOf } from './domain/placed-order.ts';
import type { OrderViews } from './order-views.ts';
import type { Receipt, Receipts } from './receipts.ts';

// Longer than any outage of the consumer that is not an incident; an order that was never accepted is denied after it.
const underWayMs = 60_000;

/** Reads orders from their hot views or the order book, and those that have not reached it yet from their receipts. */
export class OrderReader {
  readonly #orderBook: OrderBook;
  readonly #views: Pick<OrderViews, 'find'>;
  readonly #receipts: Pick<Receipts, 'find'>;
  readonly #timeoutMs: number;
  readonly #now: () => Date;

  constructor(
    orderBook: OrderBook,
    views: Pick<OrderViews, 'find'>,
    receipts: Pick<Receipts, 'find'>,
    timeoutMs: number,
    now: () => Date = () => new Date(),
  ) {
    this.#orderBook = orderBook;
    this.#views = views;
    this.#receipts = receipts;
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /**
   * @throws AppError `dependency-unavailable` when PostgreSQL is away and Redis does not have the order, and when it can't
   * be told whether it was accepted a moment ago: Redis is away, or was when the acknowledgement had to be noted.
   */
  async find(orderId: string): Promise<Order | undefined> {
    let away: AppError | undefined;
    try {
      const stored = await this.#views.find(orderId, (id) => this.#orderBook.find(id, this.#timeoutMs));
      if (stored) return stored.order;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      away = error;
    }
    const receipt = await this.#receipts.find(orderId);
    if (receipt !== 'unknown' && receipt?.acknowledged) return orderOf(receipt.command);
    if (away) throw away;
    if (receipt === 'unknown' || this.#mayBeUnderWay(receipt)) throw undecided();
    return undefined;
  }

  /** Whether a receipt that is not acknowledged is young enough for its order to be on its way to the order book. */
  #mayBeUnderWay(receipt: Receipt | undefined): boolean {
    return receipt !== undefined && this.#now().getTime() - Date.parse(receipt.command.placedAt) < underWayMs;
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
