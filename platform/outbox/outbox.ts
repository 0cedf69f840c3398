import { crc32 } from 'node:zlib';
import type { Database, Transaction } from '../database/database.ts';
import type { OutgoingMessage } from '../kafka/messages.ts';

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

export interface OutboxOptions {
  /** Its table with its schema: `orders.outbox`. */
  readonly table: string;
  /**
   * The first key of its two-key advisory locks, 32 bits; the second is the shard. Each outbox of a database has its
   * own, and keeps it: relays of two versions of a service must exclude each other.
   */
  readonly lockClass: number;
}

/**
 * Its table. The service that it belongs to makes it in a migration of its own, and grants itself what it needs. Never
 * edited, since released migrations contain it: what it lacks is a further migration of each service.
 */
export const outboxTable = (table: string): string => `
      create table ${table} (
        id bigint generated always as identity primary key,
        shard smallint not null,
        topic text not null,
        key text not null,
        event_id uuid not null unique,
        headers jsonb not null,
        payload text not null,
        created_at timestamptz not null default now(),
        published_at timestamptz
      );
      create index outbox_unpublished on ${table} (shard, id) where published_at is null;`;

/** Messages that commit together with the state that they tell of; a relay publishes them by shard and id. */
export class Outbox {
  readonly #table: string;
  readonly #lockClass: number;

  constructor({ table, lockClass }: OutboxOptions) {
    this.#table = table;
    this.#lockClass = lockClass;
  }

  /** @throws when a message's `ce_id` is there already. */
  async insert(transaction: Transaction, entries: readonly OutboxEntry[]): Promise<void> {
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
      `insert into ?? (shard, topic, key, event_id, headers, payload)
       select shard, topic, key, event_id, headers, payload
         from jsonb_to_recordset(?::jsonb) as record
           (shard smallint, topic text, key text, event_id uuid, headers jsonb, payload text)`,
      [this.#table, JSON.stringify(records)],
    );
  }

  /** Age of the oldest message that is not published, in milliseconds; undefined when there is none. */
  async lagMs(database: Database): Promise<number | undefined> {
    // The first of each shard: one look into the index a shard, however many messages wait.
    const { rows } = await database.raw<{ rows: { lag: number | null }[] }>(
      `select (extract(epoch from clock_timestamp() - min(first.created_at)) * 1000)::float8 as lag
         from generate_series(0, ?) as shard,
              lateral (select created_at from ?? as outbox
                        where published_at is null and outbox.shard = shard.shard order by id limit 1) as first`,
      [shardCount - 1, this.#table],
    );
    return rows[0]?.lag ?? undefined;
  }

  /**
   * Takes the locks of shards that have something to publish and that no other relay holds, until the transaction ends.
   *
   * @param most leaves the other shards to other replicas.
   */
  async lockShards(transaction: Transaction, most: number): Promise<number[]> {
    const { rows } = await transaction.raw<{ rows: { shard: number }[] }>(
      // In random order, so that replicas do not queue at the same shards; materialized, so that none is locked in vain.
      `with waiting as materialized (
         select shard from generate_series(0, ?) as shard
          where exists (select from ?? as outbox where published_at is null and outbox.shard = shard.shard)
          order by random())
       select shard from waiting where pg_try_advisory_xact_lock(?, shard) limit ?`,
      [shardCount - 1, this.#table, this.#lockClass, most],
    );
    return rows.map((row) => row.shard);
  }

  /** The oldest unpublished messages of the shards, in the order in which they must be published. */
  async unpublished(
    transaction: Transaction,
    shards: readonly number[],
    limit: number,
  ): Promise<OutboxRow[]> {
    const { rows } = await transaction.raw<{
      rows: { id: number; topic: string; key: string; headers: Record<string, string>; payload: string }[];
    }>(
      // Shard by shard through the index of what is unpublished: one scan by id would read all that is published as well.
      `select id, topic, key, headers, payload
         from unnest(?::smallint[]) as wanted (shard),
              lateral (select id, topic, key, headers, payload from ?? as outbox
                        where published_at is null and outbox.shard = wanted.shard order by id limit ?) as waiting
        order by id limit ?`,
      [[...shards], this.#table, limit, limit],
    );
    return rows.map(({ id, topic, key, headers, payload }) => ({
      id,
      message: { topic, key, headers, value: payload },
      trace: headers,
    }));
  }

  async markPublished(transaction: Transaction, ids: readonly number[]): Promise<void> {
    await transaction.raw('update ?? set published_at = now() where id = any(?::bigint[])', [
      this.#table,
      [...ids],
    ]);
  }

  /** Which of the ids are in the outbox, published or not. */
  async has(transaction: Transaction, eventIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await transaction.raw<{ rows: { event_id: string }[] }>(
      'select event_id from ?? where event_id = any(?::uuid[])',
      [this.#table, [...eventIds]],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** Removes messages that were published before `retentionMs`. @returns how many, at most `limit` */
  async prune(transaction: Transaction, retentionMs: number, limit: number): Promise<number> {
    const { rowCount } = await transaction.raw<{ rowCount: number }>(
      // Looks at the oldest rows only, however many there are: they are the lowest ids.
      `with oldest as (select id, published_at from ?? order by id limit ?)
       delete from ?? where id in (
         select id from oldest where published_at < now() - ? * interval '1 millisecond')`,
      [this.#table, limit, this.#table, retentionMs],
    );
    return rowCount;
  }
}
