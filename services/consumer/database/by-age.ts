import type { Transaction } from '#platform/database/database.ts';

/** Tables of this service with a row for a message; each has an index on `recorded_at`. */
type Recorded = 'command_refusals' | 'order_conflicts';

/** Forgets what was written before `ageMs`, in milliseconds. @returns how many rows, at most `limit` */
export async function pruneByAge(
  transaction: Transaction,
  table: Recorded,
  ageMs: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from orders.:table: where message_id in (
       select message_id from orders.:table: where recorded_at < now() - :ageMs * interval '1 millisecond' limit :limit)`,
    { table, ageMs, limit },
  );
  return rowCount;
}
