import type { Database, Transaction } from '#platform/database/database.ts';
import { type PartitionProgress, partitionKey } from '../domain/watermark.ts';
import { instant } from './instants.ts';

/** Another member has read this partition in the meantime: this one was its owner once. */
export class ZombieError extends Error {
  override readonly name = 'ZombieError';
}

/** The offsets that are read next, by partition; 0 of a partition that nobody has read. */
export async function nextOffsets(
  transaction: Transaction,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const read = async (): Promise<Map<number, number>> => {
    const { rows } = await transaction.raw<{ rows: { partition: number; next_offset: number }[] }>(
      'select partition, next_offset from streams.partitions where topic = ? and partition = any(?::int[])',
      [topic, [...partitions]],
    );
    return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]));
  };
  const known = await read();
  if (known.size === partitions.length) return known;
  await transaction.raw(
    `insert into streams.partitions (topic, partition, next_offset)
     select ?, partition, 0 from unnest(?::int[]) as partition order by partition
     on conflict do nothing`,
    [topic, [...partitions]],
  );
  return read();
}

/** The step of a partition behind messages that were applied. */
export interface OffsetMove {
  readonly partition: number;
  readonly expected: number;
  readonly next: number;
  /** The latest time of the messages' events, in milliseconds since the epoch. */
  readonly eventTime: number | undefined;
}

/**
 * Moves the offsets; it commits with everything that the messages before them have changed (decision 7). The rows are locked
 * in one order, so that two members which hold the same partitions wait for each other instead of being in each other's way.
 *
 * @throws ZombieError when an offset is not `expected` any more: nothing of the transaction may stay.
 */
export async function moveOffsets(
  transaction: Transaction,
  topic: string,
  moves: readonly OffsetMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const records = moves.map(({ partition, expected, next, eventTime }) => ({
    ...{ partition, expected, next },
    event_time: eventTime === undefined ? null : instant(eventTime),
  }));
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `with moves as (
       select * from jsonb_to_recordset(cast(:records as jsonb))
         as record (partition int, expected bigint, next bigint, event_time timestamptz)),
     held as materialized (
       select partition from streams.partitions
        where topic = :topic and partition in (select partition from moves)
        order by partition for update)
     update streams.partitions as stored
        set next_offset = moves.next, event_time = greatest(stored.event_time, moves.event_time), updated_at = now()
       from moves join held using (partition)
      where stored.topic = :topic and stored.partition = moves.partition
        and stored.next_offset = moves.expected`,
    { topic, records: JSON.stringify(records) },
  );
  if (rowCount === moves.length) return;
  const wanted = moves.map(({ partition, expected }) => `${topic}/${partition} at ${expected}`);
  throw new ZombieError(`not all of these are there any more: ${wanted.join(', ')}`);
}

/** Where every partition stands that was read, by `topic/partition`. */
export async function allProgress(
  database: Database | Transaction,
): Promise<ReadonlyMap<string, PartitionProgress>> {
  const { rows } = await database.raw<{
    rows: { topic: string; partition: number; next_offset: number; event_time: Date | null }[];
  }>('select topic, partition, next_offset, event_time from streams.partitions');
  return new Map(
    rows.map(({ topic, partition, next_offset, event_time }) => [
      partitionKey(topic, partition),
      { next: next_offset, eventTime: event_time?.getTime() },
    ]),
  );
}
