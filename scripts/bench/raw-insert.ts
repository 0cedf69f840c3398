import type { Database } from '#platform/database/database.ts';

/** The tables that one batch of new orders writes, the trigger's included. */
const tables = ['inbox', 'orders', 'open_orders', 'outbox'] as const;

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

/** The rows that the consumer has just written for these orders. */
export async function rowsOf(
  database: Database,
  messageIds: readonly string[],
  orderIds: readonly string[],
): Promise<Rows> {
  const read = (table: string, column: string, ids: readonly string[]) =>
    database
      .withSchema('orders')
      .from(table)
      .whereIn(column, [...ids])
      .select('*');
  const json = (rows: Record<string, unknown>[], column: string) =>
    rows.map((row) => ({ ...row, [column]: JSON.stringify(row[column]) }));
  return {
    inbox: await read('inbox', 'message_id', messageIds),
    orders: json(await read('orders', 'order_id', orderIds), 'lines'),
    open_orders: await read('open_orders', 'order_id', orderIds),
    outbox: json(await read('outbox', 'key', orderIds), 'headers'),
  };
}

/** Inserts the rows with one plain multi-row statement a table, in one transaction: as fast as it gets without COPY. */
export function insertRaw(database: Database, rows: Rows): Promise<void> {
  return database.transaction(async (transaction) => {
    for (const table of tables) {
      await transaction
        .withSchema('orders')
        .into(`raw_${table}`)
        .insert([...rows[table]]);
    }
  });
}
