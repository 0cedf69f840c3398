import { isRefundDue, isSettled } from '#contracts/order-lifecycle.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Changed } from '../domain/fold-batch.ts';

const idsOf = (changed: readonly Changed[]): string[] => changed.map(({ order }) => order.orderId);

/** Keeps the list of orders that somebody still has to do something about; a trigger adds those that are new. */
export async function updateOpenOrders(transaction: Transaction, changed: readonly Changed[]): Promise<void> {
  const settled = changed.filter(({ order }) => isSettled(order));
  if (settled.length > 0) {
    await transaction.raw('delete from orders.open_orders where order_id = any(?::uuid[])', [idsOf(settled)]);
  }
  // Money that comes too late opens a settled order again.
  const refundDue = changed.filter(({ order }) => isRefundDue(order));
  if (refundDue.length > 0) {
    await transaction.raw(
      `insert into orders.open_orders (order_id, payment_due_at)
       select unnest(?::uuid[]), now() on conflict (order_id) do nothing`,
      [idsOf(refundDue)],
    );
  }
}

/** Orders whose payment did not come in time, by PostgreSQL's clock, the longest overdue first. */
export async function overdueOrders(transaction: Transaction, limit: number): Promise<string[]> {
  const { rows } = await transaction.raw<{ rows: { orderId: string }[] }>(
    `select open.order_id as "orderId"
       from orders.open_orders as open join orders.orders as o using (order_id)
      where open.payment_due_at < now() and o.status in ('accepted', 'awaiting-payment')
      order by open.payment_due_at limit ?`,
    [limit],
  );
  return rows.map(({ orderId }) => orderId);
}
