import type { Database } from '#platform/database/database.ts';

/** The tables that one batch of new orders writes, the trigger's included. */
const tables = ['orders', 'open_orders', 'outbox'] as const;

type Rows = Readonly<Record<(typeof tables)[number], readonly Record<string, unknown>[]>>;

/** Makes tables `raw_…` with the columns, constraints and indexes of the real ones, without trigger and identity. */
export async function createRawTables(database: Database): Promise<void> {
  for (const table of tables) {
    await database.raw('create table ??.?? (like ??.?? including all excluding identity)', [
      'orders',
      `raw_${table}`,
      'orders',
      table,
    ]);
  }
}

/** The rows that the consumer has just written for these orders, as JSON that `insertRaw` takes. */
export async function rowsOf(database: Database, orderIds: readonly string[]): Promise<Rows> {
  const read = (table: string, column: string, ids: readonly string[]) =>
    database
      .withSchema('orders')
      .from(table)
      .whereIn(column, [...ids])
      .select('*');
  return {
    orders: await read('orders', 'order_id', orderIds),
    open_orders: await read('open_orders', 'order_id', orderIds),
    outbox: await read('outbox', 'key', orderIds),
  };
}

/**
 * Inserts the rows with one multi-row statement a table, in one transaction. By one JSON parameter a statement, which was
 * faster than thousands of parameters: the harder comparison.
 */
export function insertRaw(database: Database, rows: Rows): Promise<void> {
  return database.transaction(async (transaction) => {
    for (const table of tables) {
      const name = `raw_${table}`;
      await transaction.raw(
        'insert into orders.?? select * from jsonb_populate_recordset(null::orders.??, ?::jsonb)',
        [name, name, JSON.stringify(rows[table])],
      );
    }
  });
}
