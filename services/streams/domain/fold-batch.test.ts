import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { expectTruth } from '../tests/expect-truth.ts';
import { delivered, type Life, lives, messagesOf, opening } from '../tests/happenings.ts';
import { recompute } from '../tests/recompute.ts';
import { type Aggregate, emptyAggregate, mergeAggregate, mergedAggregate } from './aggregate.ts';
import { foldBatch, latestEventTime, type UntimelyObservation } from './fold-batch.ts';
import type { OrderMemory } from './memory.ts';
import type { SourceMessage } from './source-event.ts';
import { sourceOf, sources } from './sources.ts';
import { paneMs, paneOf } from './windows.ts';

const read = (message: OutgoingMessage): SourceMessage => {
  const incoming = delivered(message, 0, 0);
  return { message: incoming, event: sourceOf(message.topic).read(incoming) };
};

/** What the service keeps, in memory: fed batch by batch, while panes close. */
class State {
  readonly memories = new Map<string, Map<string, OrderMemory>>(
    sources.map(({ topic }) => [topic.name, new Map()]),
  );
  readonly panes = new Map<number, Aggregate>();
  readonly untimely: UntimelyObservation[] = [];
  closedBefore = 0;
  latest = Number.POSITIVE_INFINITY;

  apply(topic: string, batch: readonly SourceMessage[]): number {
    const known = this.memories.get(topic) ?? new Map<string, OrderMemory>();
    const effects = foldBatch(batch, known, this);
    for (const [orderId, memory] of effects.memories) known.set(orderId, memory);
    for (const [startsAt, added] of effects.panes) {
      // Guard: what is closed does not change any more.
      expect(startsAt).toBeGreaterThanOrEqual(this.closedBefore);
      const pane = this.panes.get(startsAt) ?? emptyAggregate();
      mergeAggregate(pane, added);
      this.panes.set(startsAt, pane);
    }
    this.untimely.push(...effects.untimely);
    return effects.repeats;
  }

  /** Everything from `from` on and before `before`: windows and the side output together. */
  all(from = -Infinity, before = Infinity): Aggregate {
    const within = (at: number): boolean => at >= from && at < before;
    const panes = [...this.panes].filter(([startsAt]) => within(startsAt)).map(([, pane]) => pane);
    const rest = this.untimely.filter(({ at }) => within(at)).map(({ facts }) => facts);
    return mergedAggregate([...panes, ...rest]);
  }
}

/** Messages in any order, some of them several times, in batches of any size, with panes closing at any time. */
const deliveries = lives().chain((all) => {
  const messages = all.flatMap(messagesOf);
  return fc.record({
    all: fc.constant(all),
    order: fc.shuffledSubarray(
      messages.flatMap((message) => [message, message]),
      { minLength: messages.length },
    ),
    sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
    closings: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 10 }),
  });
});

function deliver(
  messages: readonly OutgoingMessage[],
  sizes: readonly number[],
  closings: readonly number[],
): State {
  const state = new State();
  for (const topic of sources.map((source) => source.topic.name)) {
    const own = messages.filter((message) => message.topic === topic).map(read);
    for (let start = 0, turn = 0; start < own.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      state.apply(topic, own.slice(start, start + size));
      start += size;
      const closed = paneOf(opening) + (closings[turn % closings.length] ?? 0) * paneMs;
      state.closedBefore = Math.max(state.closedBefore, closed);
    }
  }
  return state;
}

/** As `deliver`, but everything at least once: what the subset left out comes at the end. */
const complete = (all: readonly Life[], order: readonly OutgoingMessage[]): OutgoingMessage[] => [
  ...order,
  ...all.flatMap(messagesOf).filter((message) => !order.includes(message)),
];

// Guard: repeats are dropped, what is late goes to the side output, nothing is lost in between.
it('makes windows and a side output that are together what a batch recomputation finds', () => {
  const property = fc.property(deliveries, ({ all, order, sizes, closings }) => {
    const state = deliver(complete(all, order), sizes, closings);
    expectTruth(state.all(), recompute(all));
    // And so for each stretch of time.
    for (let from = paneOf(opening); from < opening + 600_000; from += 6 * paneMs)
      expectTruth(state.all(from, from + 6 * paneMs), recompute(all, from, from + 6 * paneMs));
  });
  fc.assert(property, { numRuns: 200 });
});

it('makes the same windows of the same messages in whatever order, while none is closed', () => {
  const property = fc.property(deliveries, ({ all, order, sizes }) => {
    const shuffled = deliver(complete(all, order), sizes, [0]);
    const orderly = deliver(all.flatMap(messagesOf), [1_000], [0]);
    expect(shuffled.untimely).toEqual([]);
    const closedThenLate = new Map([...shuffled.panes].sort());
    expect(closedThenLate).toEqual(new Map([...orderly.panes].sort()));
  });
  fc.assert(property);
});

it('counts a repeat once, within a batch and after it', () => {
  const [message] = messagesOf({ orderId: crypto.randomUUID(), placedAt: opening, lines: [], steps: [] });
  if (!message) throw new Error('a life has messages');
  const valid = messagesOf({
    orderId: crypto.randomUUID(),
    placedAt: opening,
    lines: [{ productId: 'latte', quantity: 1, cents: 410 }],
    steps: [],
  }).filter(({ topic }) => topic === message.topic);
  const state = new State();
  expect(state.apply(message.topic, [...valid, ...valid].map(read))).toBe(1);
  expect(state.apply(message.topic, valid.map(read))).toBe(1);
  expect(state.all().totals).toEqual({ placed: 1 });
});

// Guard: one machine whose clock is ahead must not close the windows of all the others.
it('puts what comes from a clock that is ahead aside, and does not let it move the watermark', () => {
  const life = {
    orderId: crypto.randomUUID(),
    lines: [{ productId: 'latte', quantity: 1, cents: 410 }],
    steps: [],
  };
  const now = messagesOf({ ...life, placedAt: opening }).map(read);
  const ahead = messagesOf({ ...life, orderId: crypto.randomUUID(), placedAt: opening + 3_600_000 }).map(
    read,
  );
  const bounds = { closedBefore: 0, latest: opening + 60_000 };
  expect(latestEventTime([...ahead, ...now], bounds)).toBe(opening + 5);
  const { untimely, panes } = foldBatch([...ahead, ...now], new Map(), bounds);
  expect(untimely.map(({ reason }) => reason)).toEqual(['future', 'future']);
  expect([...panes.keys()]).toEqual([paneOf(opening)]);
});
