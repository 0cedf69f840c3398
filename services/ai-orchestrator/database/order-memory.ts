import type { OrderAccepted } from '#contracts/events/order-events.ts';
import type { PricedLine } from '#contracts/events/order-line.ts';
import type { Transaction } from '#platform/database/database.ts';

export interface ShopOrder {
  readonly shopId: string;
  readonly order: OrderAccepted;
}

/** Remembers orders. @returns the ids of those that were not known: each counts once. */
export async function rememberOrders(
  transaction: Transaction,
  orders: readonly ShopOrder[],
): Promise<Set<string>> {
  if (orders.length === 0) return new Set();
  const records = orders.map(({ shopId, order }) => ({
    order_id: order.orderId,
    customer_id: order.customerId,
    shop_id: shopId,
    lines: order.lines,
  }));
  const { rows } = await transaction.raw<{ rows: { order_id: string }[] }>(
    `insert into ai.order_memory (order_id, customer_id, shop_id, lines)
     select order_id, customer_id, shop_id, lines from jsonb_to_recordset(?::jsonb)
       as record (order_id uuid, customer_id text, shop_id text, lines jsonb)
      order by order_id
     on conflict (order_id) do nothing returning order_id`,
    [JSON.stringify(records)],
  );
  return new Set(rows.map((row) => row.order_id));
}

/** Marks orders as begun. @returns those that were not, with what is in them: each takes its ingredients once. */
export async function beginPreparing(
  transaction: Transaction,
  orderIds: readonly string[],
): Promise<{ readonly shopId: string; readonly lines: readonly PricedLine[] }[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await transaction.raw<{ rows: { shop_id: string; lines: PricedLine[] }[] }>(
    `with wanted as (select order_id from ai.order_memory
                      where order_id = any(?::uuid[]) and not prepared order by order_id for update)
     update ai.order_memory set prepared = true from wanted
      where order_memory.order_id = wanted.order_id and not prepared returning shop_id, lines`,
    [[...orderIds]],
  );
  return rows.map(({ shop_id, lines }) => ({ shopId: shop_id, lines }));
}

/** Forgets orders that were seen before `ageMs`. @returns how many, at most `limit` */
export async function forgetOrders(transaction: Transaction, ageMs: number, limit: number): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from ai.order_memory where order_id in (
       select order_id from ai.order_memory where seen_at < now() - ? * interval '1 millisecond' limit ?)`,
    [ageMs, limit],
  );
  return rowCount;
}
