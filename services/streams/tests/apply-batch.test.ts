import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderEventsTopic, ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { poll } from '#platform/testing/poll.ts';
import { GapError } from '../database/apply-batch.ts';
import { moveOffsets, ZombieError } from '../database/partitions.ts';
import { expectTruth } from './expect-truth.ts';
import { type Life, lives, messagesOf } from './happenings.ts';
import { apply, everything, fromPartition, rowsOf, useStreamsDatabase } from './prepared-streams.ts';
import { recompute } from './recompute.ts';

const test = useStreamsDatabase();

/** The same twenty lives each time. */
const [day = []] = fc.sample(lives(20, 20), { seed: 7, numRuns: 1 });
const written = (topic: string, all: readonly Life[] = day): OutgoingMessage[] =>
  all.flatMap(messagesOf).filter((message) => message.topic === topic);
const events = fromPartition(written(orderEventsTopic.name));
const commands = fromPartition(written(ordersTopic.name));
const payments = fromPartition(written(paymentsTopic.name));

/** The topics beside the one that a test is about. */
async function applyOthers(): Promise<void> {
  await apply(test.database, commands);
  await apply(test.database, payments);
}

const untilSomebodyWaits = (): Promise<unknown> =>
  poll(
    async () => {
      const { rows } = await test.database.raw<{ rows: unknown[] }>(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    },
    { what: 'the zombie to wait' },
  );

it('keeps what a batch says, and the offset behind it', async () => {
  await applyOthers();
  expect(await apply(test.database, events)).toMatchObject({ counted: events.length, repeats: 0 });
  expectTruth(await everything(test.database), recompute(day));
  expect(await rowsOf(test.database, 'partitions')).toEqual([
    expect.objectContaining({ topic: ordersTopic.name, next_offset: commands.length }),
    expect.objectContaining({ topic: paymentsTopic.name, next_offset: payments.length }),
    expect.objectContaining({ topic: orderEventsTopic.name, next_offset: events.length }),
  ]);
});

// Guard: offsets that were applied are dropped, also when only a part of the batch was.
it('does nothing for messages that come again', async () => {
  await applyOthers();
  await apply(test.database, events.slice(0, 7));
  expect(await apply(test.database, events.slice(0, 7))).toMatchObject({ applied: 7 });
  expect(await apply(test.database, events)).toMatchObject({ applied: 7 });
  expectTruth(await everything(test.database), recompute(day));
});

// Guard: the memory of orders. A relay that did not get its answer publishes the same events again.
it('counts once what was written twice', async () => {
  const twice = fromPartition([...written(orderEventsTopic.name), ...written(orderEventsTopic.name)]);
  await applyOthers();
  await apply(test.database, twice.slice(0, 30));
  await apply(test.database, twice.slice(30));
  expectTruth(await everything(test.database), recompute(day));
});

// Guard: `and next_offset = ?`. The zombie read where the partition stands before the other member moved it.
it('lets a zombie change nothing', async () => {
  await applyOthers();
  await apply(test.database, events.slice(0, 3));
  const owner = await test.database.transaction();
  await moveOffsets(owner, orderEventsTopic.name, [
    { partition: 0, expected: 3, next: 9, eventTime: undefined },
  ]);
  const zombie = apply(test.database, events.slice(3));
  const caught = expect(zombie).rejects.toThrow(ZombieError);
  await untilSomebodyWaits().finally(() => owner.commit());
  await caught;
  const partitions = await rowsOf(test.database, 'partitions');
  expect(partitions).toContainEqual(
    expect.objectContaining({ topic: orderEventsTopic.name, next_offset: 9 }),
  );
  const memories = await rowsOf(test.database, 'order_memory');
  const counted = memories.filter(({ topic }) => topic === orderEventsTopic.name);
  expect(counted.flatMap(({ seen }) => seen)).toHaveLength(3);
});

it('counts once what four members apply at the same time', async () => {
  await applyOthers();
  const members = Array.from({ length: 4 }, () => apply(test.database, events));
  const results = await Promise.allSettled(members);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ZombieError);
  }
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  expectTruth(await everything(test.database), recompute(day));
});

// Guard: messages between what was read and what comes are not left out silently.
it('refuses a batch with a gap before it, unless told that nothing is there', async () => {
  await expect(apply(test.database, events.slice(5))).rejects.toThrow(GapError);
  expect(await rowsOf(test.database, 'order_memory')).toEqual([]);
  const { counted } = await apply(test.database, events.slice(5), { skipGap: true });
  expect(counted).toBe(events.length - 5);
});

describe('several partitions', () => {
  /** The lives of the day, each in a partition of its own of three. */
  const spread = [0, 1, 2].flatMap((partition) =>
    fromPartition(
      written(
        orderEventsTopic.name,
        day.filter((_, index) => index % 3 === partition),
      ),
      partition,
    ),
  );

  it('are applied together as each by itself', async () => {
    await applyOthers();
    expect(await apply(test.database, spread)).toMatchObject({ counted: events.length, repeats: 0 });
    expectTruth(await everything(test.database), recompute(day));
    const partitions = await rowsOf(test.database, 'partitions');
    const moved = partitions.filter(({ topic }) => topic === orderEventsTopic.name);
    expect(moved.map(({ next_offset }) => Number(next_offset)).every((offset) => offset > 0)).toBe(true);
    expect(moved).toHaveLength(3);
    // Again, with more of each: what was added to their parts of panes stays.
    expect(await apply(test.database, spread)).toMatchObject({ counted: 0, applied: events.length });
    expectTruth(await everything(test.database), recompute(day));
  });

  it('add to what panes have of each of them', async () => {
    await applyOthers();
    const half = ({ message }: (typeof spread)[number]): boolean => Number(message.offset) < 10;
    await apply(test.database, spread.filter(half));
    await apply(test.database, spread);
    expectTruth(await everything(test.database), recompute(day));
  });

  // Guard: the fence is of all of them. One that another member has moved takes back what was done for the others.
  it('are applied all or not at all', async () => {
    await applyOthers();
    await apply(
      test.database,
      spread.filter(({ message }) => message.offset === '0'),
    );
    const before = await rowsOf(test.database, 'order_memory');
    const owner = await test.database.transaction();
    await moveOffsets(owner, orderEventsTopic.name, [
      { partition: 1, expected: 1, next: 5, eventTime: undefined },
    ]);
    const zombie = expect(apply(test.database, spread)).rejects.toThrow(ZombieError);
    await untilSomebodyWaits().finally(() => owner.commit());
    await zombie;
    expect(await rowsOf(test.database, 'order_memory')).toEqual(before);
  });
});

describe('one transaction', () => {
  // Guard: state and offset commit together (decision 7).
  it.each(['order_memory', 'panes'])(
    'leaves nothing of a batch when %s can not be written',
    async (table) => {
      await test.database.raw('alter table streams.?? add constraint never check (false) not valid', [table]);
      try {
        await expect(apply(test.database, events)).rejects.toThrow(/never/);
      } finally {
        await test.database.raw('alter table streams.?? drop constraint never', [table]);
      }
      expect(await rowsOf(test.database, 'partitions')).toEqual([]);
      expect(await rowsOf(test.database, 'order_memory')).toEqual([]);
      expect(await rowsOf(test.database, 'panes')).toEqual([]);
    },
  );

  it('leaves nothing of a batch whose side output can not be written', async () => {
    await test.database.raw('alter table streams.untimely add constraint never check (false) not valid');
    try {
      // Some of it is for panes, some comes from a clock that is ahead.
      const times = events.map(({ event }) => event?.at ?? 0).sort((left, right) => left - right);
      const latest = times[Math.floor(times.length / 2)] ?? 0;
      await expect(apply(test.database, events, { latest })).rejects.toThrow(/never/);
    } finally {
      await test.database.raw('alter table streams.untimely drop constraint never');
    }
    expect(await rowsOf(test.database, 'partitions')).toEqual([]);
    expect(await rowsOf(test.database, 'order_memory')).toEqual([]);
    expect(await rowsOf(test.database, 'panes')).toEqual([]);
  });
});

it('moves the offset behind messages that say nothing', async () => {
  const silent = events.map(({ message }) => ({ message, event: undefined }));
  await apply(test.database, silent);
  expect(await rowsOf(test.database, 'partitions')).toEqual([
    expect.objectContaining({ next_offset: events.length, event_time: null }),
  ]);
});
