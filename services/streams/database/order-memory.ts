import type { Transaction } from '#platform/database/database.ts';
import type { OrderMemory } from '../domain/memory.ts';

/** What is remembered of these orders in a topic, by order id. */
export async function recall(
  transaction: Transaction,
  topic: string,
  orderIds: readonly string[],
): Promise<Map<string, OrderMemory>> {
  const { rows } = await transaction.raw<{ rows: (OrderMemory & { order_id: string })[] }>(
    'select order_id, seen, reached from streams.order_memory where topic = ? and order_id = any(?::uuid[])',
    [topic, [...orderIds]],
  );
  return new Map(rows.map(({ order_id, seen, reached }) => [order_id, { seen, reached }]));
}

export async function remember(
  transaction: Transaction,
  topic: string,
  memories: ReadonlyMap<string, OrderMemory>,
): Promise<void> {
  if (memories.size === 0) return;
  const records = [...memories].map(([order_id, { seen, reached }]) => ({ order_id, seen, reached }));
  await transaction.raw(
    `insert into streams.order_memory (topic, order_id, seen, reached)
     select ?, order_id, seen, reached
       from jsonb_to_recordset(?::jsonb) as record (order_id uuid, seen text[], reached jsonb)
     on conflict (topic, order_id) do update set seen = excluded.seen, reached = excluded.reached`,
    [topic, JSON.stringify(records)],
  );
}

/** Forgets orders that began before `ageMs`, in milliseconds. @returns how many, at most `limit` */
export async function forget(transaction: Transaction, ageMs: number, limit: number): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from streams.order_memory where (topic, order_id) in (
       select topic, order_id from streams.order_memory
        where first_seen_at < now() - ? * interval '1 millisecond' order by first_seen_at limit ?)`,
    [ageMs, limit],
  );
  return rowCount;
}
