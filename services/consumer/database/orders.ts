import { requireAll } from '#platform/database/concurrent-change.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Changed, Opened } from '../domain/fold-batch.ts';
import type { OrderRecord } from '../domain/order.ts';

/** The orders that exist, locked until the transaction ends. */
export async function lockOrders(
  transaction: Transaction,
  orderIds: readonly string[],
): Promise<Map<string, OrderRecord>> {
  const { rows } = await transaction.raw<{ rows: OrderRecord[] }>(
    `select order_id as "orderId", customer_id as "customerId", status, paid, version, fingerprint,
            payment_method as "paymentMethod", currency, total_cents as "totalCents", followed
       from orders.orders where order_id = any(?::uuid[]) order by order_id for update`,
    [[...orderIds]],
  );
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** @throws ConcurrentChangeError when one of them was opened by another member meanwhile. */
export async function insertOrders(transaction: Transaction, opened: readonly Opened[]): Promise<void> {
  if (opened.length === 0) return;
  // In one order, whoever inserts: two members that were given the same orders must not wait for each other.
  const sorted = opened.toSorted((one, other) => (one.order.orderId < other.order.orderId ? -1 : 1));
  const records = sorted.map(({ command: { place }, order }) => ({
    order_id: order.orderId,
    customer_id: order.customerId,
    status: order.status,
    version: order.version,
    paid: order.paid,
    fingerprint: order.fingerprint,
    currency: order.currency,
    lines: place.lines,
    total_cents: order.totalCents,
    payment_method: order.paymentMethod,
    shop_id: place.shopId,
    followed: order.followed,
    payment_window_ms: place.paymentWindowMs,
    placed_at: place.placedAt,
  }));
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `insert into orders.orders
       (order_id, customer_id, status, version, paid, fingerprint, currency, lines, total_cents, payment_method,
        shop_id, followed, payment_due_at, placed_at)
     select order_id, customer_id, status, version, paid, fingerprint, currency, lines, total_cents, payment_method,
            shop_id, followed, now() + payment_window_ms * interval '1 millisecond', placed_at
       from jsonb_to_recordset(?::jsonb) as record
         (order_id uuid, customer_id text, status text, version integer, paid boolean, fingerprint text, currency text,
          lines jsonb, total_cents integer, payment_method text, shop_id text, followed uuid[], payment_window_ms bigint,
          placed_at timestamptz)
     on conflict (order_id) do nothing`,
    [JSON.stringify(records)],
  );
  requireAll(rowCount, opened.length);
}

/** @throws ConcurrentChangeError when one of them is not in the version that its change was decided on. */
export async function updateOrders(transaction: Transaction, changed: readonly Changed[]): Promise<void> {
  if (changed.length === 0) return;
  const records = changed.map(({ before, order }) => ({
    order_id: order.orderId,
    before,
    status: order.status,
    version: order.version,
    paid: order.paid,
    followed: order.followed,
  }));
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `update orders.orders as o
        set status = record.status, version = record.version, paid = record.paid, followed = record.followed,
            updated_at = now()
       from jsonb_to_recordset(?::jsonb) as record
         (order_id uuid, before integer, status text, version integer, paid boolean, followed uuid[])
      where o.order_id = record.order_id and o.version = record.before`,
    [JSON.stringify(records)],
  );
  requireAll(rowCount, changed.length);
}
