import type { Database, Transaction } from '#platform/database/database.ts';
import { type PartitionProgress, partitionKey } from '../domain/watermark.ts';
import { instant } from './instants.ts';

/** Another member has read this partition in the meantime: this one was its owner once. */
export class ZombieError extends Error {
  override readonly name = 'ZombieError';
}

/** The offset that is read next; 0 of a partition that nobody has read. */
export async function nextOffset(
  transaction: Transaction,
  topic: string,
  partition: number,
): Promise<number> {
  const read = async (): Promise<number | undefined> => {
    const { rows } = await transaction.raw<{ rows: { next_offset: number }[] }>(
      'select next_offset from streams.partitions where topic = ? and partition = ?',
      [topic, partition],
    );
    return rows[0]?.next_offset;
  };
  const known = await read();
  if (known !== undefined) return known;
  await transaction.raw(
    `insert into streams.partitions (topic, partition, next_offset) values (?, ?, 0) on conflict do nothing`,
    [topic, partition],
  );
  return (await read()) ?? 0;
}

/**
 * Moves the offset; it commits with everything that the messages before it have changed (decision 7).
 *
 * @param eventTime the latest time of the messages' events, in milliseconds since the epoch.
 * @throws ZombieError when the offset is not `expected` any more: nothing of the transaction may stay.
 */
export async function moveOffset(
  transaction: Transaction,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  { expected, next, eventTime }: { expected: number; next: number; eventTime: number | undefined },
): Promise<void> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `update streams.partitions
        set next_offset = ?, event_time = greatest(event_time, ?::timestamptz), updated_at = now()
      where topic = ? and partition = ? and next_offset = ?`,
    [next, eventTime === undefined ? null : instant(eventTime), topic, partition, expected],
  );
  if (rowCount === 0) throw new ZombieError(`${topic}/${partition} is not at ${expected} any more`);
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
