import { type Aggregate, emptyAggregate, hasFigures, mergeAggregate } from './aggregate.ts';
import { emptyMemory, type Observation, type OrderMemory, observe } from './memory.ts';
import type { SourceMessage } from './source-event.ts';
import { paneOf } from './windows.ts';

/** What decides whether an observation is in time; in milliseconds since the epoch. */
export interface TimeBounds {
  /** Panes before it are closed. */
  readonly closedBefore: number;
  /** What says that it is from later than this comes from a clock that is ahead. */
  readonly latest: number;
}

/** What is in no window: it came when its pane was closed, or from a clock that is ahead. */
export interface UntimelyObservation extends Observation {
  readonly orderId: string;
  /** Tells it from all others of its order. */
  readonly token: string;
  readonly reason: 'late' | 'future';
}

export interface BatchEffects {
  readonly memories: ReadonlyMap<string, OrderMemory>;
  /** By the time when the pane begins. */
  readonly panes: ReadonlyMap<number, Aggregate>;
  readonly untimely: readonly UntimelyObservation[];
  /** Events that count now, and those that were counted before. */
  readonly counted: number;
  readonly repeats: number;
}

/**
 * What a batch of one partition's messages changes. Pure: the same batch on the same state is the same change.
 *
 * @param known the memories of the batch's orders, as far as there are any.
 */
export function foldBatch(
  batch: readonly SourceMessage[],
  known: ReadonlyMap<string, OrderMemory>,
  bounds: TimeBounds,
): BatchEffects {
  const memories = new Map<string, OrderMemory>();
  const panes = new Map<number, Aggregate>();
  const untimely: UntimelyObservation[] = [];
  let [counted, repeats] = [0, 0];
  for (const { event } of batch) {
    if (!event) continue;
    const { orderId } = event;
    const observed = observe(memories.get(orderId) ?? known.get(orderId) ?? emptyMemory, event);
    if (!observed) {
      repeats += 1;
      continue;
    }
    counted += 1;
    memories.set(orderId, observed.memory);
    for (const [index, observation] of observed.observations.entries()) {
      const reason = untimelyBecause(observation.at, bounds);
      if (!reason) addToPane(panes, observation);
      else if (hasFigures(observation.facts))
        untimely.push({ ...observation, orderId, token: `${event.token}.${index}`, reason });
    }
  }
  return { memories, panes, untimely, counted, repeats };
}

/**
 * The latest time of the batch's events, for the watermark; undefined when there is none. A clock that is ahead does not
 * count: it would close everybody's windows.
 */
export function latestEventTime(
  batch: readonly SourceMessage[],
  { latest }: Pick<TimeBounds, 'latest'>,
): number | undefined {
  const times = batch.flatMap(({ event }) => (event && event.at <= latest ? [event.at] : []));
  return times.length > 0 ? Math.max(...times) : undefined;
}

function untimelyBecause(at: number, { closedBefore, latest }: TimeBounds): 'late' | 'future' | undefined {
  if (at < closedBefore) return 'late';
  return at > latest ? 'future' : undefined;
}

function addToPane(panes: Map<number, Aggregate>, { at, facts }: Observation): void {
  const startsAt = paneOf(at);
  const pane = panes.get(startsAt) ?? emptyAggregate();
  mergeAggregate(pane, facts);
  panes.set(startsAt, pane);
}
