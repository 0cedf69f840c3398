import type { Database, Transaction } from '#platform/database/database.ts';
import { type BatchEffects, foldBatch, latestEventTime } from '../domain/fold-batch.ts';
import type { PartitionBatch, SourceMessage } from '../domain/source-event.ts';
import { holdPanesOpen } from './clock.ts';
import { recall, remember } from './order-memory.ts';
import { addToPanes } from './panes.ts';
import { moveOffset, nextOffset } from './partitions.ts';
import { insertUntimely } from './untimely.ts';

/** Messages are missing between what was read of a partition and this batch. */
export class GapError extends Error {
  override readonly name = 'GapError';
  readonly expected: number;

  constructor(expected: number, first: number) {
    super(`offset ${expected} was expected, ${first} came`);
    this.expected = expected;
  }
}

export interface BatchOptions {
  /** Events that say they are from later than this come from a clock that is ahead; milliseconds since the epoch. */
  readonly latest: number;
  /** Goes on behind messages that are missing. */
  readonly skipGap: boolean;
}

export interface BatchOutcome {
  readonly topic: string;
  readonly effects: BatchEffects;
  /** Messages that a batch before this one had applied. */
  readonly applied: number;
}

const offsetOf = ({ message }: SourceMessage): number => Number(message.offset);

/**
 * Applies a batch of one partition in one transaction: what is remembered of orders, panes, what is in none, and the
 * offset behind it commit together or not at all (decision 7).
 *
 * @throws ZombieError, GapError and whatever PostgreSQL says: nothing was changed.
 */
export function applyBatch(
  database: Database,
  batch: PartitionBatch,
  options: BatchOptions,
): Promise<BatchOutcome> {
  const { topic, partition } = batch;
  return database.transaction(async (transaction) => {
    const closedBefore = await holdPanesOpen(transaction);
    const fresh = await fence(transaction, batch, options);
    const orderIds = new Set(fresh.flatMap(({ event }) => (event ? [event.orderId] : [])));
    const known = await recall(transaction, topic, [...orderIds]);
    const effects = foldBatch(fresh, known, { closedBefore, latest: options.latest });
    await remember(transaction, topic, effects.memories);
    await addToPanes(transaction, { topic, partition }, effects.panes);
    await insertUntimely(transaction, topic, effects.untimely);
    return { topic, effects, applied: batch.messages.length - fresh.length };
  });
}

/** Moves the partition's offset first, which makes others wait who hold it too. @returns what was not applied before */
async function fence(
  transaction: Transaction,
  { topic, partition, messages }: PartitionBatch,
  { latest, skipGap }: BatchOptions,
): Promise<SourceMessage[]> {
  const expected = await nextOffset(transaction, topic, partition);
  const fresh = messages.filter((item) => offsetOf(item) >= expected);
  const [first] = fresh;
  const last = fresh.at(-1);
  if (!first || !last) return [];
  if (offsetOf(first) > expected && !skipGap) throw new GapError(expected, offsetOf(first));
  const eventTime = latestEventTime(fresh, { latest });
  await moveOffset(transaction, { topic, partition }, { expected, next: offsetOf(last) + 1, eventTime });
  return fresh;
}
