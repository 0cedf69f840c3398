import type { Transaction } from '#platform/database/database.ts';

/** Tables that are outboxes too. */
export type PublishedTable = 'windows' | 'untimely' | 'anomalies';

/** Marks rows as published: every in-sync replica has them. */
export async function markPublished(
  transaction: Transaction,
  table: PublishedTable,
  ids: readonly number[],
): Promise<void> {
  await transaction.raw('update streams.?? set published_at = now() where id = any(?::bigint[])', [
    table,
    [...ids],
  ]);
}

/** Removes what was published before `ageMs`, in milliseconds. @returns how many rows, at most `limit` */
export async function prunePublished(
  transaction: Transaction,
  table: PublishedTable,
  ageMs: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    // The oldest have the lowest ids.
    `with oldest as (select id, published_at from streams.:table: order by id limit :limit)
     delete from streams.:table: where id in (
       select id from oldest where published_at < now() - :ageMs * interval '1 millisecond')`,
    { table, ageMs, limit },
  );
  return rowCount;
}
