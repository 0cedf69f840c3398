import { createDatabase, type Database, type DatabaseOptions } from '#platform/database/database.ts';

const chunk = 100_000;

/**
 * Fills the order book as `count` served orders would have: their rows, their message ids, and their published events
 * of the last hour. By SQL, because the consumer would take half an hour for it.
 */
export async function fillOrderBook(
  options: DatabaseOptions,
  count: number,
  onProgress: (stored: number) => void,
): Promise<void> {
  // Vacuuming a million rows takes longer than a service may wait.
  const database = createDatabase({ ...options, statementTimeoutMs: 10 * 60_000 });
  try {
    await fill(database, count, onProgress);
  } finally {
    await database.destroy();
  }
}

async function fill(database: Database, count: number, onProgress: (stored: number) => void): Promise<void> {
  const lines = JSON.stringify([
    { productId: 'flat-white', name: 'Flat white', size: 'medium', options: ['oat-milk'], quantity: 1 },
    { productId: 'croissant', name: 'Croissant', size: 'regular', options: [], quantity: 1 },
  ]);
  // The list of open orders is of open orders only: these are completed.
  for (let stored = 0; stored < count; stored += chunk) {
    await database.raw(
      `insert into orders.orders (order_id, customer_id, status, version, paid, fingerprint, currency, lines, total_cents,
                                  payment_due_at, placed_at)
       select gen_random_uuid(), 'customer-' || (random() * 1e6)::int, 'completed', 6, true,
              encode(sha256(i::text::bytea), 'hex'), 'USD', ?::jsonb, 1020, now(), now() - (? - i) * interval '1 second'
         from generate_series(?::int, ?::int) as i`,
      [lines, count, stored, stored + chunk - 1],
    );
    await database.raw(
      'insert into orders.inbox (message_id) select gen_random_uuid() from generate_series(1, ?::int)',
      [chunk],
    );
    onProgress(stored + chunk);
  }
  await database.raw('vacuum analyze orders.orders');
  await database.raw('vacuum analyze orders.inbox');
}
