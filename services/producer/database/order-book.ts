import type { PricedLine } from '#contracts/events/order-line.ts';
import type { Order, OrderPage, OrderQuery } from '#contracts/http/orders.ts';
import { isRefundDue, isSettled, unserved } from '#contracts/order-lifecycle.ts';
import type { OrderView } from '#contracts/order-view.ts';
import { type Database, pingDatabase } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { within } from '../deadline.ts';
import { decodeCursor, encodeCursor } from '../domain/cursor.ts';

/**
 * What the consumer knows of orders. Times out after `timeoutMs` with an AppError `dependency-unavailable`, as when
 * PostgreSQL is away.
 */
export interface OrderBook {
  find(orderId: string, timeoutMs: number): Promise<OrderView | undefined>;
  /** Newest first. @throws AppError `validation-failed` for a cursor that is none. */
  list(query: OrderQuery, timeoutMs: number): Promise<OrderPage>;
  ping(): Promise<void>;
}

interface OrderRow {
  readonly order_id: string;
  readonly customer_id: string;
  readonly fingerprint: string;
  readonly status: Order['status'];
  readonly version: number;
  readonly currency: Order['currency'];
  readonly lines: PricedLine[];
  readonly total_cents: number;
  readonly payment_method: Order['paymentMethod'];
  readonly shop_id: string;
  readonly paid: boolean;
  readonly payment_due_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly created_at_exact: string;
}

// The versioned view that the consumer owns (design.md, decision 4).
const view = 'orders.order_v3';
const openOrders = 'orders.open_order_v1';
const exactCreatedAt = `to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at_exact`;

// While PostgreSQL is away requests would pile up behind the pool; beyond this they fail at once.
const mostWaiting = 100;

/** The order book in PostgreSQL, read through the role of the producer. */
export class PostgresOrderBook implements OrderBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(orderId: string, timeoutMs: number): Promise<OrderView | undefined> {
    const row = await this.#ask<OrderRow | undefined>(
      () => this.#database(view).where({ order_id: orderId }).first(),
      timeoutMs,
    );
    return row && { order: orderFrom(row), fingerprint: row.fingerprint };
  }

  async list(query: OrderQuery, timeoutMs: number): Promise<OrderPage> {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    const select = this.#database(view)
      .select('*', this.#database.raw(exactCreatedAt))
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'order_id', order: 'desc' },
      ])
      .limit(query.limit + 1);
    if (query.customerId !== undefined) select.where('customer_id', query.customerId);
    if (query.status !== undefined) select.where('status', query.status);
    if (query.refundDue !== undefined) {
      const due = this.#database.raw('(paid and status = any(?))', [[...unserved]]);
      if (query.refundDue) select.where(due);
      else select.whereNot(due);
    }
    // Somebody has to do something about these: they are few among many, and on a list of their own.
    if (
      query.refundDue ||
      (query.status !== undefined && !isSettled({ status: query.status, paid: false }))
    ) {
      select.whereIn('order_id', this.#database(openOrders).select('order_id'));
    }
    if (query.createdFrom !== undefined) select.where('created_at', '>=', query.createdFrom);
    if (query.createdBefore !== undefined) select.where('created_at', '<', query.createdBefore);
    if (cursor)
      select.whereRaw('(created_at, order_id) < (?::timestamptz, ?::uuid)', [
        cursor.createdAt,
        cursor.orderId,
      ]);
    const rows = await this.#ask<OrderRow[]>(() => select, timeoutMs);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      orders: page.map(orderFrom),
      nextCursor: last ? encodeCursor({ createdAt: last.created_at_exact, orderId: last.order_id }) : null,
    };
  }

  ping(): Promise<void> {
    return pingDatabase(this.#database);
  }

  async #ask<T>(query: () => PromiseLike<T>, timeoutMs: number): Promise<T> {
    const { pool } = this.#database.client as { pool: { numPendingAcquires(): number } };
    if (pool.numPendingAcquires() >= mostWaiting) {
      throw new AppError(
        'dependency-unavailable',
        'The order book is busy or away; repeat the request later.',
        {
          retryAfterSeconds: 2,
        },
      );
    }
    return within(Promise.resolve(query()), timeoutMs, 'The order book');
  }
}

function orderFrom(row: OrderRow): Order {
  return {
    id: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    version: row.version,
    paymentMethod: row.payment_method,
    shopId: row.shop_id,
    paymentDueAt: row.payment_due_at?.toISOString() ?? null,
    refundDue: isRefundDue(row),
    currency: row.currency,
    items: row.lines,
    totalCents: row.total_cents,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
