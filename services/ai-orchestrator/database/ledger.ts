import type { OrderAccepted } from '#contracts/events/order-events.ts';
import type { Transaction } from '#platform/database/database.ts';

/** Adds up what was ordered, by shop, product and hour. */
export async function addSales(
  transaction: Transaction,
  orders: readonly { readonly shopId: string; readonly order: OrderAccepted }[],
): Promise<void> {
  const records = orders.flatMap(({ shopId, order }) =>
    order.lines.map(({ productId, quantity, lineTotalCents }) => ({
      shop_id: shopId,
      product_id: productId,
      at: order.acceptedAt,
      quantity,
      cents: lineTotalCents,
    })),
  );
  if (records.length === 0) return;
  await transaction.raw(
    `insert into ai.sales (shop_id, product_id, hour, quantity, cents)
     select shop_id, product_id, date_trunc('hour', at) as hour, sum(quantity), sum(cents)
       from jsonb_to_recordset(?::jsonb)
         as record (shop_id text, product_id text, at timestamptz, quantity integer, cents integer)
      group by shop_id, product_id, hour order by shop_id, product_id, hour
     on conflict (shop_id, product_id, hour)
       do update set quantity = sales.quantity + excluded.quantity, cents = sales.cents + excluded.cents`,
    [JSON.stringify(records)],
  );
}

export interface Use {
  readonly shopId: string;
  readonly ingredientId: string;
  readonly amount: number;
}

/**
 * Takes what was used from the stock, and writes it into the ledger under `reference`. Stock below zero is what the books
 * say when a delivery was not written down: nobody's order fails for it.
 *
 * @returns the shops in which something is below its reorder point now.
 */
export async function takeFromStock(
  transaction: Transaction,
  uses: readonly Use[],
  reference: string,
): Promise<string[]> {
  if (uses.length === 0) return [];
  const records = uses.map(({ shopId, ingredientId, amount }) => ({
    shop_id: shopId,
    ingredient_id: ingredientId,
    amount,
  }));
  const { rows } = await transaction.raw<{ rows: { shop_id: string }[] }>(
    // Rows are locked in one order, whatever the batch: two batches never wait for each other.
    `with used as (select * from jsonb_to_recordset(:records::jsonb)
                     as record (shop_id text, ingredient_id text, amount integer)),
     held as (select shop_id, ingredient_id from ai.stock join used using (shop_id, ingredient_id)
               order by shop_id, ingredient_id for update of stock),
     taken as (update ai.stock set on_hand = on_hand - used.amount from used join held using (shop_id, ingredient_id)
                where stock.shop_id = used.shop_id and stock.ingredient_id = used.ingredient_id
               returning stock.shop_id, stock.ingredient_id, used.amount, on_hand < reorder_point as low),
     written as (insert into ai.stock_ledger (shop_id, ingredient_id, change, reason, reference)
                 select shop_id, ingredient_id, -amount, 'orders', :reference from taken
                 -- A batch that comes again may be longer than it was.
                 on conflict (reference, shop_id, ingredient_id)
                   do update set change = stock_ledger.change + excluded.change)
     select distinct shop_id from taken where low order by shop_id`,
    { records: JSON.stringify(records), reference },
  );
  return rows.map((row) => row.shop_id);
}

/** Puts supplies whose time has come into the stock, each order once. @returns how many orders. */
export async function receiveSupplies(transaction: Transaction, limit: number): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { count: number }[] }>(
    `with due as (
       select supply_orders.id, shop_id, line ->> 'ingredientId' as ingredient_id,
              (line ->> 'quantity')::integer as quantity
         from ai.supply_orders, jsonb_array_elements(lines) as line
         join ai.ingredients on ingredients.id = line ->> 'ingredientId'
        where ordered_at <= now() - lead_days * interval '1 day'
          and not exists (select from ai.stock_ledger where reference = supply_orders.id::text
                             and stock_ledger.ingredient_id = line ->> 'ingredientId')
        order by ordered_at limit :limit),
     written as (insert into ai.stock_ledger (shop_id, ingredient_id, change, reason, reference)
                 select shop_id, ingredient_id, quantity, 'delivery', id::text from due
                 on conflict (reference, shop_id, ingredient_id) do nothing
                 returning shop_id, ingredient_id, change),
     held as (select shop_id, ingredient_id, sum(change)::integer as change from written
               group by shop_id, ingredient_id order by shop_id, ingredient_id),
     put as (update ai.stock set on_hand = on_hand + held.change from held
              where stock.shop_id = held.shop_id and stock.ingredient_id = held.ingredient_id)
     select count(*) from written`,
    { limit },
  );
  return rows[0]?.count ?? 0;
}
