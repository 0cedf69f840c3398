import type { Database } from '#platform/database/database.ts';
import type { Ingredient } from '../domain/drinks.ts';
import type { Person } from '../domain/roster.ts';
import type { ShopStock } from '../domain/transfers.ts';

const day = 86_400_000;
const hour = 3_600_000;

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** Minutes to drive to each other shop. */
  readonly distances: Readonly<Record<string, number>>;
}

export async function allShops(database: Database): Promise<Shop[]> {
  const { rows } = await database.raw<{ rows: Shop[] }>(
    'select id, name, distances from ai.shops order by id',
  );
  return rows;
}

export async function allIngredients(
  database: Database,
): Promise<(Ingredient & { readonly pack: number; readonly leadDays: number })[]> {
  const { rows } = await database.raw<{
    rows: (Ingredient & { readonly pack: number; readonly lead_days: number })[];
  }>('select * from ai.ingredients order by id');
  return rows.map(({ lead_days, ...row }) => ({ ...row, leadDays: lead_days }));
}

/** What goes into each product, as ids. */
export async function allRecipes(database: Database): Promise<string[][]> {
  const { rows } = await database.raw<{ rows: { parts: string[] }[] }>(
    'select array_agg(ingredient_id order by ingredient_id) as parts from ai.recipes group by product_id',
  );
  return rows.map(({ parts }) => parts);
}

export async function staffOf(database: Database, shopId: string): Promise<Person[]> {
  const { rows } = await database.raw<{
    rows: { id: string; max_hours: number; available_from: number; available_until: number }[];
  }>('select * from ai.staff where shop_id = ? order by id', [shopId]);
  return rows.map((row) => ({
    id: row.id,
    maxHours: row.max_hours,
    from: row.available_from,
    until: row.available_until,
  }));
}

/** Stock of one shop, or of all. */
export async function stockOf(database: Database, shopId?: string): Promise<ShopStock[]> {
  const { rows } = await database.raw<{
    rows: { shop_id: string; ingredient_id: string; on_hand: number; reorder_point: number }[];
  }>(
    `select shop_id, ingredient_id, on_hand, reorder_point from ai.stock
      where :shopId::text is null or shop_id = :shopId order by shop_id, ingredient_id`,
    { shopId: shopId ?? null },
  );
  return rows.map((row) => ({
    shopId: row.shop_id,
    ingredientId: row.ingredient_id,
    onHand: row.on_hand,
    reorderPoint: row.reorder_point,
  }));
}

/** Units of each ingredient that are ordered and still on their way. */
export async function onOrder(database: Database, shopId: string): Promise<Map<string, number>> {
  const { rows } = await database.raw<{ rows: { id: string; quantity: number }[] }>(
    `select line ->> 'ingredientId' as id, sum((line ->> 'quantity')::integer) as quantity
       from ai.supply_orders, jsonb_array_elements(lines) as line
       join ai.ingredients on ingredients.id = line ->> 'ingredientId'
      where shop_id = ? and ordered_at > now() - lead_days * interval '1 day'
      group by line ->> 'ingredientId'`,
    [shopId],
  );
  return new Map(rows.map(({ id, quantity }) => [id, quantity]));
}

/** What of an ingredient was used in each of the last days, the oldest first; today is not in it. */
export async function dailyUse(
  database: Database,
  shopId: string,
  days: number,
): Promise<Map<string, number[]>> {
  const { rows } = await database.raw<{ rows: { id: string; day: Date; amount: number }[] }>(
    `select ingredient_id as id, date_trunc('day', hour, 'UTC') as day, sum(quantity * amount) as amount
       from ai.sales join ai.recipes using (product_id)
      where shop_id = :shopId and hour >= date_trunc('day', now(), 'UTC') - :days * interval '1 day'
        and hour < date_trunc('day', now(), 'UTC')
      group by ingredient_id, day`,
    { shopId, days },
  );
  const last = Math.floor(Date.now() / day) * day;
  return seriesOf(
    rows.map(({ id, day: at, amount }) => ({ id, at: at.getTime(), amount })),
    last,
    day,
    days,
  );
}

/** How much was ordered in each of the last hours, the oldest first; the hour that runs is not in it. */
export async function hourlySales(
  database: Database,
  shopId: string,
  hours: number,
  productId?: string,
): Promise<number[]> {
  const { rows } = await database.raw<{ rows: { hour: Date; quantity: number }[] }>(
    `select hour, sum(quantity) as quantity from ai.sales
      where shop_id = :shopId and (:productId::text is null or product_id = :productId)
        and hour >= date_trunc('hour', now()) - :hours * interval '1 hour' and hour < date_trunc('hour', now())
      group by hour`,
    { shopId, hours, productId: productId ?? null },
  );
  const last = Math.floor(Date.now() / hour) * hour;
  const amounts = rows.map(({ hour: at, quantity }) => ({ id: '', at: at.getTime(), amount: quantity }));
  return seriesOf(amounts, last, hour, hours).get('') ?? [];
}

/** Evenly spaced series from the first amount on: where nothing stands, nothing was sold. */
function seriesOf(
  amounts: readonly { readonly id: string; readonly at: number; readonly amount: number }[],
  end: number,
  step: number,
  most: number,
): Map<string, number[]> {
  const first = amounts.reduce((earliest, { at }) => Math.min(earliest, at), end);
  const length = Math.min(most, Math.round((end - first) / step));
  const series = new Map<string, number[]>();
  for (const { id, at, amount } of amounts) {
    const values = series.get(id) ?? Array.from({ length }, () => 0);
    series.set(id, values);
    const index = length - Math.round((end - at) / step);
    if (index >= 0 && index < length) values[index] = amount;
  }
  return series;
}

/** The best sold of the last days, the best first. */
export async function topSellers(
  database: Database,
  days: number,
  most: number,
): Promise<{ readonly productId: string; readonly quantity: number }[]> {
  const { rows } = await database.raw<{ rows: { product_id: string; quantity: number }[] }>(
    `select product_id, sum(quantity) as quantity from ai.sales where hour > now() - :days * interval '1 day'
      group by product_id order by quantity desc, product_id limit :most`,
    { days, most },
  );
  return rows.map(({ product_id, quantity }) => ({ productId: product_id, quantity }));
}

/** Open tasks of everybody who has some. */
export async function openTasks(database: Database): Promise<Map<string, number>> {
  const { rows } = await database.raw<{ rows: { assignee: string; count: number }[] }>(
    "select assignee, count(*) from ai.tasks where status = 'assigned' and assignee is not null group by assignee",
  );
  return new Map(rows.map(({ assignee, count }) => [assignee, count]));
}
