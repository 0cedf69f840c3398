import type { Transaction } from '#platform/database/database.ts';

/** Tables of this service with a row for a message, and when that was written; each has an index on that time. */
const times = {
  command_refusals: 'recorded_at',
  order_conflicts: 'recorded_at',
} as const;

/** Forgets what was written before `ageMs`, in milliseconds. @returns how many rows, at most `limit` */
export async function pruneByAge(
  transaction: Transaction,
  table: keyof typeof times,
  ageMs: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from orders.:table: where message_id in (
       select message_id from orders.:table: where :time: < now() - :ageMs * interval '1 millisecond' limit :limit)`,
    { table, time: times[table], ageMs, limit },
  );
  return rowCount;
}
