import type { Stage } from '#contracts/events/analytics.ts';
import { type Aggregate, addDuration, emptyAggregate } from './aggregate.ts';
import type { SourceEvent } from './source-event.ts';

/** What is remembered of an order in one topic: what was counted already, and when it has reached what. */
export interface OrderMemory {
  readonly seen: readonly string[];
  /** In milliseconds since the epoch. */
  readonly reached: Readonly<Record<string, number>>;
}

export const emptyMemory: OrderMemory = { seen: [], reached: {} };

/** Something that counts at a time. */
export interface Observation {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly facts: Aggregate;
}

const ends: Readonly<Record<Exclude<Stage, 'acceptance'>, readonly [from: string, to: string]>> = {
  payment: ['accepted', 'paid'],
  waiting: ['paid', 'preparing'],
  preparation: ['preparing', 'ready'],
  pickup: ['ready', 'completed'],
  total: ['accepted', 'completed'],
  settlement: ['invoiced', 'settled'],
};

/**
 * What an event says beside what is remembered of its order; undefined when it was counted before. The order in which
 * an order's events come makes no difference: a stage counts when its second end is known, at the time when it ended.
 */
export function observe(
  memory: OrderMemory,
  { token, at, reached, of, facts }: SourceEvent,
): { memory: OrderMemory; observations: Observation[] } | undefined {
  if (memory.seen.includes(token)) return undefined;
  const seen = [...memory.seen, token];
  const observations: Observation[] = [{ at, facts }];
  if (reached === undefined) return { memory: { seen, reached: memory.reached }, observations };
  const place = (name: string): string => (of === undefined ? name : `${of}/${name}`);
  const known: Readonly<Record<string, number>> = { ...memory.reached, [place(reached)]: at };
  for (const [stage, [from, to]] of Object.entries(ends)) {
    const [begun, ended] = [known[place(from)], known[place(to)]];
    if ((from !== reached && to !== reached) || begun === undefined || ended === undefined) continue;
    const duration = emptyAggregate();
    addDuration(duration, stage as Stage, ended - begun);
    observations.push({ at: ended, facts: duration });
  }
  return { memory: { seen, reached: known }, observations };
}
