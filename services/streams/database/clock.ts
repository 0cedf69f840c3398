import type { Database, Transaction } from '#platform/database/database.ts';
import { instant } from './instants.ts';

// The key of the one advisory lock: "streams" in ASCII, without its last letter, which would be too much for 53 bits.
const lockKey = 0x73747265616d;

/**
 * Keeps panes from being closed until the transaction ends, and says which are closed: they begin before this, in
 * milliseconds since the epoch.
 */
export async function holdPanesOpen(transaction: Transaction): Promise<number> {
  await transaction.raw('select pg_advisory_xact_lock_shared(?)', [lockKey]);
  // A statement of its own: its snapshot is taken when the lock is had.
  return closedBefore(transaction);
}

/** Waits for everybody who holds panes open, and keeps others from it until the transaction ends. */
export async function takePanes(transaction: Transaction): Promise<number> {
  await transaction.raw('select pg_advisory_xact_lock(?)', [lockKey]);
  return closedBefore(transaction);
}

async function closedBefore(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { closed_before: Date }[] }>(
    'select closed_before from streams.clock',
  );
  const [row] = rows;
  if (!row) throw new Error('streams.clock has lost its row: run the migrations of an empty schema');
  return row.closed_before.getTime();
}

/** Closes all panes that begin before `before`, in milliseconds since the epoch. */
export async function moveClock(transaction: Transaction, before: number): Promise<void> {
  await transaction.raw('update streams.clock set closed_before = ?', [instant(before)]);
}

/** Rejects unless PostgreSQL answers and has the schema of this service. */
export async function schemaIsThere(database: Database): Promise<void> {
  await database.raw('select from streams.clock');
}
