import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderEventsTopic, ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { holdPanesOpen } from '../database/clock.ts';
import { type Closing, closeWindows } from '../database/close-windows.ts';
import { ZombieError } from '../database/partitions.ts';
import { windowsBetween } from '../database/windows.ts';
import { type Aggregate, mergedAggregate } from '../domain/aggregate.ts';
import type { SourceMessage } from '../domain/source-event.ts';
import { expectTruth } from './expect-truth.ts';
import { type Life, lives, messagesOf, opening } from './happenings.ts';
import {
  allRead,
  apply,
  empty,
  everything,
  fromPartition,
  noPatience,
  rowsOf,
  useStreamsDatabase,
} from './prepared-streams.ts';
import { recompute } from './recompute.ts';

const test = useStreamsDatabase();

const [day = []] = fc.sample(lives(20, 20), { seed: 3, numRuns: 1 });
const minute = 60_000;
const topics = [ordersTopic, orderEventsTopic, paymentsTopic].map(({ name }) => name);

/** Closes all that is due when everything was read at `at`. */
async function closeAt(at: number, rules = noPatience): Promise<Closing[]> {
  const closings: Closing[] = [];
  do closings.push(await closeWindows(test.database, allRead(at), rules));
  while (closings.at(-1)?.more);
  return closings;
}

async function applyAll(all: readonly Life[], firstOffset = 0): Promise<void> {
  for (const topic of topics) {
    const own = all.flatMap(messagesOf).filter((message) => message.topic === topic);
    if (own.length > 0) await apply(test.database, fromPartition(own, 0, firstOffset), { skipGap: true });
  }
}

it('closes each window with what happened in it', async () => {
  await applyAll(day);
  await closeAt(opening + 60 * minute);
  expect(await rowsOf(test.database, 'panes')).toEqual([]);
  for (const kind of ['tumbling-10s', 'tumbling-1m', 'sliding-5m'] as const) {
    const windows = await windowsBetween(test.database, kind, 0, opening + 60 * minute);
    expect(windows.length, kind).toBeGreaterThan(0);
    for (const { startsAt, endsAt, aggregate } of windows)
      expectTruth(aggregate, recompute(day, startsAt, endsAt));
  }
  // Guard: a sliding window for each pane, from the first that touches an event to the last.
  const sliding = await windowsBetween(test.database, 'sliding-5m', 0, opening + 60 * minute);
  const [first, last] = [sliding[0]?.startsAt ?? 0, sliding.at(-1)?.startsAt ?? 0];
  expect(sliding.length).toBe((last - first) / 10_000 + 1);
});

// Guard: the allowed lateness.
it('waits for what is late, as long as is allowed', async () => {
  const rules = { ...noPatience, watermarkDelayMs: 2_000, allowedLatenessMs: 10_000 };
  const [first] = await closeAt(opening + 21_999, rules);
  const closed = (await rowsOf(test.database, 'clock')) as [{ closed_before: Date }];
  expect(closed[0].closed_before.getTime()).toBe(opening);
  expect(first?.watermark).toBe(opening + 19_999);
  await closeAt(opening + 22_000, rules);
  const later = (await rowsOf(test.database, 'clock')) as [{ closed_before: Date }];
  expect(later[0].closed_before.getTime()).toBe(opening + 10_000);
});

// Guard: a pane that was closed never changes; what comes for it is in the side output.
it('puts what comes for a closed pane into the side output', async () => {
  await closeAt(opening + 60 * minute);
  await applyAll(day);
  expect(await rowsOf(test.database, 'panes')).toEqual([]);
  const untimely = await rowsOf(test.database, 'untimely');
  expect(new Set(untimely.map(({ reason }) => reason))).toEqual(new Set(['late']));
  expectTruth(await everything(test.database), recompute(day));
});

// Guard: the lock between batches and closing. Without it the batch adds to a pane that is gone.
it('waits for a batch under way before it closes', async () => {
  await applyAll(day.slice(0, 1));
  const batch = await test.database.transaction();
  await holdPanesOpen(batch);
  const closing = closeAt(opening + 60 * minute);
  await poll(
    async () => {
      const { rows } = await test.database.raw<{ rows: unknown[] }>(
        "select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
      );
      return rows.length > 0;
    },
    { what: 'the closing to wait' },
  ).finally(() => batch.commit());
  await closing;
  expect(await rowsOf(test.database, 'panes')).toEqual([]);
});

// Guard: nothing is done for the hours in which nothing has happened.
it('passes quiet days at once', async () => {
  await applyAll(day);
  await closeAt(opening + 60 * minute);
  expect(await closeAt(opening + 24 * 60 * minute)).toHaveLength(1);
});

// Guard: the history is complete: what was in windows and what came too late for them.
it('keeps hours and days with everything that happened in them', async () => {
  const [early, late] = [day.slice(0, 12), day.slice(12)];
  await applyAll(early);
  await closeAt(opening + 60 * minute);
  await applyAll(late, early.flatMap(messagesOf).length);
  await closeAt(opening + 61 * minute);
  for (const [grain, ms] of [
    ['hour', 60 * minute],
    ['day', 24 * 60 * minute],
  ] as const) {
    const rows = (await rowsOf(test.database, 'history')).filter((row) => row.grain === grain);
    expect(rows.length, grain).toBeGreaterThan(0);
    for (const { starts_at, aggregate } of rows as { starts_at: Date; aggregate: Aggregate }[]) {
      const from = starts_at.getTime();
      expectTruth(aggregate, recompute(day, from, from + ms));
    }
  }
  const { rows } = await test.database.raw<{ rows: unknown[] }>(
    `select sum(h.orders)::int as orders, sum(h.revenue_cents)::int as revenue,
            (select sum(quantity)::int from streams.history_products_v1 where grain = 'day') as items,
            (select sum(total_cents)::int from streams.history_payments_v1
              where grain = 'day' and step = 'settled' and currency = 'USD') as settled,
            (select max(p50_ms)::int from streams.history_stages_v1 where stage = 'acceptance') as acceptance
       from streams.history_v1 h where grain = 'day'`,
  );
  const { totals, payments } = recompute(day);
  const { accepted, revenueCents, items } = totals;
  const settled = payments.USD?.settled?.cents;
  expect(settled).toBeGreaterThan(0);
  expect(rows).toEqual([{ orders: accepted, revenue: revenueCents ?? 0, items, settled, acceptance: 5 }]);
});

it('keeps what comes from a clock that is ahead at the time when it came', async () => {
  const [life] = day as [Life];
  await apply(
    test.database,
    fromPartition(messagesOf(life).filter(({ topic }) => topic === orderEventsTopic.name)),
    { latest: opening - 60 * minute },
  );
  await closeAt(Date.now() + 60 * minute);
  const rows = (await rowsOf(test.database, 'history')) as { starts_at: Date }[];
  expect(rows).toHaveLength(2);
  for (const { starts_at } of rows) expect(starts_at.getTime()).toBeGreaterThan(opening + 24 * 60 * minute);
});

it('finds bursts and customers that order too often, once', async () => {
  const [life] = day as [Life];
  const many = Array.from({ length: 60 }, () => ({ ...life, orderId: crypto.randomUUID(), steps: [] }));
  const commands = many.flatMap(messagesOf).filter(({ topic }) => topic === ordersTopic.name);
  await apply(test.database, fromPartition(commands));
  const closings = await closeAt(opening + 60 * minute);
  expect(closings.flatMap(({ anomalies }) => anomalies.map(({ kind }) => kind))).toEqual([
    'burst',
    'velocity',
  ]);
  await closeAt(opening + 61 * minute);
  expect(await rowsOf(test.database, 'anomalies')).toEqual([
    expect.objectContaining({ kind: 'burst', subject: 'orders', observed: 60, threshold: 50 }),
    expect.objectContaining({ kind: 'velocity', subject: 'customer-1', observed: 60, threshold: 10 }),
  ]);
  // No customer is in what is kept for longer.
  const kept = [...(await rowsOf(test.database, 'windows')), ...(await rowsOf(test.database, 'history'))];
  expect(JSON.stringify(kept)).not.toContain('customer-1');
});

// Guard: the fence, the memory, the lock and the side output together.
it('comes to the same as a batch recomputation, whatever members, repeats and closings do', async () => {
  const deliveries = fc.record({
    all: lives(15),
    seed: fc.integer(),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 6 }),
    closings: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 6 }),
  });
  const property = fc.asyncProperty(deliveries, async ({ all, seed, sizes, closings }) => {
    await empty(test.database);
    const messages = all.flatMap(messagesOf);
    const [shuffled = []] = fc.sample(
      fc.shuffledSubarray([...messages, ...messages], { minLength: 2 * messages.length }),
      { seed, numRuns: 1 },
    );
    const closing = async (): Promise<void> => {
      for (const panes of closings) await closeAt(opening + panes * 10_000);
    };
    const partitions = topics.map((topic) =>
      fromPartition(shuffled.filter((message) => message.topic === topic)),
    );
    // Two members that both believe in their ownership of every partition.
    const members = partitions.flatMap((partition) => [
      member(partition, sizes),
      member(partition, sizes.toReversed()),
    ]);
    await Promise.all([...members, closing()]);
    await closeAt(opening + 120 * minute);
    expect(await rowsOf(test.database, 'panes')).toEqual([]);
    expectTruth(await everything(test.database), recompute(all));
    await expectWindowsAndLate(all);
  });
  await fc.assert(property, { numRuns: 15 });
}, 180_000);

/** Applies a partition from its beginning to its end, as somebody who was overtaken goes on. */
async function member(partition: readonly SourceMessage[], sizes: readonly number[]): Promise<void> {
  for (let start = 0, turn = 0; start < partition.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    try {
      await apply(test.database, partition.slice(start, start + size));
      start += size;
    } catch (error) {
      if (!(error instanceof ZombieError)) throw error;
    }
  }
}

/** Every minute's window and what came too late for it are together what happened in that minute. */
async function expectWindowsAndLate(all: readonly Life[]): Promise<void> {
  for (let from = opening - minute; from < opening + 15 * minute; from += minute) {
    const { rows } = await test.database.raw<{ rows: { aggregate: Aggregate }[] }>(
      `select aggregate from streams.windows where kind = 'tumbling-1m' and starts_at = :from
       union all select aggregate from streams.untimely where occurred_at >= :from and occurred_at < :until`,
      { from: new Date(from), until: new Date(from + minute) },
    );

    expectTruth(mergedAggregate(rows.map(({ aggregate }) => aggregate)), recompute(all, from, from + minute));
  }
}
