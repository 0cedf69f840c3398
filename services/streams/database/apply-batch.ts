import type { Database, Transaction } from '#platform/database/database.ts';
import { foldBatch, latestEventTime, type UntimelyObservation } from '../domain/fold-batch.ts';
import type { PartitionBatch, SourceMessage } from '../domain/source-event.ts';
import { holdPanesOpen } from './clock.ts';
import { recall, remember } from './order-memory.ts';
import { addToPanes } from './panes.ts';
import { moveOffsets, nextOffsets, type OffsetMove } from './partitions.ts';
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

/** What became of the messages of several partitions of a topic. */
export interface BatchOutcome {
  readonly topic: string;
  /** Events that count now, and those that were counted before. */
  readonly counted: number;
  readonly repeats: number;
  readonly untimely: readonly UntimelyObservation[];
  /** Messages that a batch before this one had applied. */
  readonly applied: number;
}

/** A batch with what of it was not applied before. */
interface Fenced extends PartitionBatch {
  readonly fresh: readonly SourceMessage[];
}

const offsetOf = ({ message }: SourceMessage): number => Number(message.offset);

/**
 * Applies batches of one topic, each of another partition, in one transaction: what is remembered of orders, panes, what is in
 * none, and the offsets behind them commit together or not at all (decision 7).
 *
 * @throws ZombieError, GapError and whatever PostgreSQL says: nothing was changed.
 */
export function applyBatches(
  database: Database,
  topic: string,
  batches: readonly PartitionBatch[],
  options: BatchOptions,
): Promise<BatchOutcome> {
  return database.transaction(async (transaction) => {
    const closedBefore = await holdPanesOpen(transaction);
    const fenced = await fence(transaction, topic, batches, options);
    const orderIds = fenced.flatMap(({ fresh }) => fresh.flatMap(({ event }) => event?.orderId ?? []));
    const known = await recall(transaction, topic, [...new Set(orderIds)]);
    const bounds = { closedBefore, latest: options.latest };
    const folded = fenced.map(({ partition, fresh }) => {
      const effects = foldBatch(fresh, known, bounds);
      // Not expected in another partition; if it is, it counts once there too.
      for (const [orderId, memory] of effects.memories) known.set(orderId, memory);
      return { partition, ...effects };
    });
    const untimely = folded.flatMap((effects) => effects.untimely);
    await remember(transaction, topic, new Map(folded.flatMap(({ memories }) => [...memories])));
    await addToPanes(transaction, topic, folded);
    await insertUntimely(transaction, topic, untimely);
    const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
      of.reduce((total, one) => total + value(one), 0);
    return {
      ...{ topic, untimely },
      counted: sum(folded, ({ counted }) => counted),
      repeats: sum(folded, ({ repeats }) => repeats),
      applied: sum(fenced, ({ messages, fresh }) => messages.length - fresh.length),
    };
  });
}

/** Moves the partitions' offsets first, which makes others wait who hold one too. */
async function fence(
  transaction: Transaction,
  topic: string,
  batches: readonly PartitionBatch[],
  { latest, skipGap }: BatchOptions,
): Promise<Fenced[]> {
  const partitions = batches.map(({ partition }) => partition);
  const offsets = await nextOffsets(transaction, topic, partitions);
  const fenced: Fenced[] = [];
  const moves: OffsetMove[] = [];
  for (const batch of batches) {
    const expected = offsets.get(batch.partition) ?? 0;
    const fresh = batch.messages.filter((item) => offsetOf(item) >= expected);
    const [first] = fresh;
    const last = fresh.at(-1);
    fenced.push({ ...batch, fresh });
    if (!first || !last) continue;
    if (offsetOf(first) > expected && !skipGap) throw new GapError(expected, offsetOf(first));
    const eventTime = latestEventTime(fresh, { latest });
    moves.push({ partition: batch.partition, expected, next: offsetOf(last) + 1, eventTime });
  }
  await moveOffsets(transaction, topic, moves);
  return fenced;
}
