import { randomUUID } from 'node:crypto';
import { createDatabase, type Database, type DatabaseOptions } from '#platform/database/database.ts';

const chunk = 100_000;
/** One that places it and four that move it on. */
const commandsOfOrder = 5;
/** One in so many orders has had a command refused. */
const ordersOfRefusal = 20;
/** Acceptance, wait for payment, and one for each move. */
const eventsOfOrder = 6;
const day = 24 * 3600;

/**
 * Fills the order book as `count` served orders of a day would have: their rows, with the ids of the five commands that
 * moved each, refusals, and the published events of the last hour. By SQL, because the consumer would take hours for it.
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
    const rows = Math.min(chunk, count - stored);
    await database.raw(
      `insert into orders.orders (order_id, customer_id, status, version, paid, fingerprint, currency, lines, total_cents,
                                  followed, payment_due_at, placed_at)
       select gen_random_uuid(), 'customer-' || (random() * 1e6)::int, 'completed', 6, true,
              encode(sha256(i::text::bytea), 'hex'), 'USD', ?::jsonb, 1020,
              array(select gen_random_uuid() from generate_series(1, ?::int + i * 0)), now(), now() - make_interval(secs => (?::float8 - i) * ?)
         from generate_series(?::int, ?::int) as i`,
      [lines, commandsOfOrder, count, day / count, stored, stored + rows - 1],
    );
    await database.raw(
      `insert into orders.command_refusals (message_id, order_id, action, actor, code)
         select gen_random_uuid(), gen_random_uuid(), 'cancel', 'customer', 'not-allowed' from generate_series(1, ?::int)`,
      [Math.ceil(rows / ordersOfRefusal)],
    );
    onProgress(stored + rows);
  }
  // As large as an event that moves an order is.
  await database.raw(
    `insert into orders.outbox (shard, topic, key, event_id, headers, payload, created_at, published_at)
       select i % 12, 'order-events.v1', gen_random_uuid(), gen_random_uuid(), ?::jsonb, repeat('x', 350), now(), now()
         from generate_series(1, ?::int) as i`,
    [
      JSON.stringify({ ce_type: 'dev.gocoffee.order.paid.v1', ce_id: randomUUID() }),
      Math.ceil(count / 24) * eventsOfOrder,
    ],
  );
  for (const table of ['orders', 'command_refusals', 'outbox'])
    await database.raw('vacuum analyze orders.??', [table]);
  // Now rather than while it is measured.
  await database.raw('checkpoint');
}
