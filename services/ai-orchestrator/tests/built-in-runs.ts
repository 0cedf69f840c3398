import { v5 as uuidv5 } from 'uuid';
import type { Database } from '#platform/database/database.ts';
import { keepBuiltIn, latestDefinition } from '../database/definitions.ts';
import { insertRuns } from '../database/runs.ts';
import { builtInDefinitions } from '../domain/built-in-definitions.ts';

const namespace = '5a3f9d2a-8a54-4a8e-9a0b-1f0a7f0e3c11';
const customerOrder = uuidv5('order', namespace);
export const reviewId = uuidv5('review', namespace);

/** Inputs with which each built-in workflow has something to do. */
const inputs: Readonly<Record<string, object>> = {
  restock: { shopId: 'harbour' },
  'balance-stock': {},
  'plan-day': { shopId: 'station' },
  surge: { observed: 80, threshold: 50, startsAt: '2026-03-01T08:00:00Z' },
  'unusual-customer': { customerId: 'ada', observed: 12, threshold: 10, startsAt: '2026-03-01T08:00:00Z' },
  'review-feedback': { reviewId },
  'new-drink': { season: 'autumn' },
  promote: {},
};

export const runIdOf = (definition: string): string => uuidv5(definition, namespace);

/** A house in which every agent finds something to do. */
export async function furnish(database: Database): Promise<void> {
  await database.raw(
    "update ai.stock set on_hand = 500 where shop_id = 'harbour' and ingredient_id = 'milk'",
  );
  await database.raw(`
    insert into ai.sales (shop_id, product_id, hour, quantity, cents)
    select shop, 'latte', date_trunc('hour', now()) - at * interval '1 hour', 1 + (at % 3), 4000
      from generate_series(1, 500) as at, unnest(array['harbour', 'station', 'museum']) as shop`);
  await database.raw(
    `insert into ai.reviews (id, order_id, customer_id, shop_id, rating, text)
     values (?, ?, 'ada', 'harbour', 1, 'The latte was cold and the barista was rude.')`,
    [reviewId, customerOrder],
  );
}

/** Asks for a run of each of these definitions; all unless told. */
export async function askForAll(database: Database, names: readonly string[]): Promise<void> {
  await keepBuiltIn(database, builtInDefinitions);
  for (const name of names) {
    const definition = await latestDefinition(database, name);
    if (!definition) throw new Error(`no definition ${name}`);
    const input = { ...inputs[name] } as Record<string, unknown>;
    await insertRuns(database, [{ id: runIdOf(name), definition, input, trigger: 'api', trace: {} }]);
  }
}

const counted = ['tasks', 'supply_orders', 'rosters', 'posts', 'drinks'] as const;

/** What each run has left behind, in numbers: the same whoever was killed in between. */
export async function effectsOf(database: Database): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of counted) {
    const found = await database
      .withSchema('ai')
      .from(table)
      .select('run_id')
      .count('* as count')
      .groupBy('run_id')
      .orderBy('run_id');
    rows[table] = found;
  }
  const ledger = await database.raw<{ rows: unknown[] }>(
    `select shop_id, ingredient_id, change, reason, reference from ai.stock_ledger
      order by reference, shop_id, ingredient_id`,
  );
  const stock = await database.raw<{ rows: unknown[] }>(
    'select shop_id, ingredient_id, on_hand from ai.stock order by shop_id, ingredient_id',
  );
  const told = await database.raw<{ rows: unknown[] }>(
    `select key, headers ->> 'ce_type' as type, count(*) from ai.outbox group by key, type order by key, type`,
  );
  const runs = await database.raw<{ rows: unknown[] }>('select id, status, attempt from ai.runs order by id');
  return { ...rows, ledger: ledger.rows, stock: stock.rows, told: told.rows, runs: runs.rows };
}

/** Whether no run has anything left to do, and the engine knows it. */
export async function allEnded(database: Database): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { open: number }[] }>(
    `select count(*) as open from ai.runs left join dbos.workflow_status on workflow_uuid = runs.id::text
      where finished_at is null or workflow_status.status in ('ENQUEUED', 'PENDING')`,
  );
  return rows[0]?.open === 0;
}
