import { crc32 } from 'node:zlib';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';

/** Keys are spread over this many shards; a shard is published by one relay at a time (decision 5). */
export const shardCount = 16;

export const shardOf = (key: string): number => crc32(key) % shardCount;

export interface OutboxEntry {
  readonly message: OutgoingMessage;
  /** W3C trace context of the work that made it. */
  readonly trace: Readonly<Record<string, string>>;
}

export interface OutboxRow extends OutboxEntry {
  readonly id: number;
}

export async function insertOutbox(transaction: Transaction, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const records = entries.map(({ message, trace }) => ({
    shard: shardOf(message.key),
    topic: message.topic,
    key: message.key,
    event_id: message.headers.ce_id,
    headers: { ...message.headers, ...trace },
    payload: message.value.toString(),
  }));
  await transaction.raw(
    `insert into orders.outbox (shard, topic, key, event_id, headers, payload)
     select shard, topic, key, event_id, headers, payload
       from jsonb_to_recordset(?::jsonb) as record
         (shard smallint, topic text, key text, event_id uuid, headers jsonb, payload text)`,
    [JSON.stringify(records)],
  );
}

/** Age of the oldest event that is not published, in milliseconds; undefined when there is none. */
export async function outboxLagMs(database: Database): Promise<number | undefined> {
  // The first of each shard: one look into the index a shard, however many events wait.
  const { rows } = await database.raw<{ rows: { lag: number | null }[] }>(
    `select (extract(epoch from clock_timestamp() - min(first.created_at)) * 1000)::float8 as lag
       from generate_series(0, ?) as shard,
            lateral (select created_at from orders.outbox
                      where published_at is null and outbox.shard = shard.shard order by id limit 1) as first`,
    [shardCount - 1],
  );
  return rows[0]?.lag ?? undefined;
}

// The first key of the two-key advisory locks; the second is the shard. "relay" shortened to 32 bits.
const lockClass = 0x72656c61;

/**
 * Takes the locks of shards that have something to publish and that no other relay holds, until the transaction ends.
 *
 * @param most leaves the other shards to other replicas.
 */
export async function lockShards(transaction: Transaction, most: number): Promise<number[]> {
  const { rows } = await transaction.raw<{ rows: { shard: number }[] }>(
    // In random order, so that replicas do not queue at the same shards; materialized, so that none is locked in vain.
    `with waiting as materialized (
       select shard from generate_series(0, ?) as shard
        where exists (select from orders.outbox where published_at is null and outbox.shard = shard.shard)
        order by random())
     select shard from waiting where pg_try_advisory_xact_lock(?, shard) limit ?`,
    [shardCount - 1, lockClass, most],
  );
  return rows.map((row) => row.shard);
}

/** The oldest unpublished events of the shards, in the order in which they must be published. */
export async function unpublished(
  transaction: Transaction,
  shards: readonly number[],
  limit: number,
): Promise<OutboxRow[]> {
  const { rows } = await transaction.raw<{
    rows: { id: number; topic: string; key: string; headers: Record<string, string>; payload: string }[];
  }>(
    `select id, topic, key, headers, payload from orders.outbox
      where published_at is null and shard = any(?::smallint[]) order by id limit ?`,
    [[...shards], limit],
  );
  return rows.map(({ id, topic, key, headers, payload }) => ({
    id,
    message: { topic, key, headers, value: payload },
    trace: headers,
  }));
}

export async function markPublished(transaction: Transaction, ids: readonly number[]): Promise<void> {
  await transaction.raw('update orders.outbox set published_at = now() where id = any(?::bigint[])', [
    [...ids],
  ]);
}

/** Which of the ids are in the outbox, published or not. */
export async function inOutbox(transaction: Transaction, eventIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await transaction.raw<{ rows: { event_id: string }[] }>(
    'select event_id from orders.outbox where event_id = any(?::uuid[])',
    [[...eventIds]],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** Removes events that were published before `retentionMs`. @returns how many, at most `limit` */
export async function pruneOutbox(
  transaction: Transaction,
  retentionMs: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from orders.outbox where id in (
       select id from orders.outbox
        where created_at < now() - ? * interval '1 millisecond' and published_at < now() - ? * interval '1 millisecond'
        limit ?)`,
    [retentionMs, retentionMs, limit],
  );
  return rowCount;
}
