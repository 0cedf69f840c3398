import type { Database, Transaction } from '#platform/database/database.ts';
import { mergedAggregate } from '../domain/aggregate.ts';
import { lagOf, type TopicEnds, watermarkOf } from '../domain/watermark.ts';
import { longestMs, paneKind, paneMs, paneOf, type Window, windowsEnding } from '../domain/windows.ts';
import { moveClock, takePanes } from './clock.ts';
import { firstPane, takeParts } from './panes.ts';
import { allProgress } from './partitions.ts';
import { type ClosedWindow, insertWindows, windowsBetween } from './windows.ts';

export interface ClosingRules {
  /** How long an event may take into its topic, and how far clocks may be apart, in milliseconds. */
  readonly watermarkDelayMs: number;
  /** How long a window waits behind the watermark for what is late, in milliseconds. */
  readonly allowedLatenessMs: number;
}

export interface Closing {
  /** In milliseconds since the epoch; -Infinity while a partition with messages was not read at all. */
  readonly watermark: number;
  /** Messages that were not read yet. */
  readonly lag: number;
  readonly closed: readonly ClosedWindow[];
  /** Whether there is more to close right now. */
  readonly more: boolean;
}

// What one transaction closes at most: all that come after it wait.
const mostPanes = 60;

/**
 * Closes the windows that are due: the watermark has passed their end by the allowed lateness. Batches under way are
 * waited for; what comes afterwards with an earlier time is late.
 */
export function closeWindows(database: Database, ends: TopicEnds, rules: ClosingRules): Promise<Closing> {
  return database.transaction(async (transaction) => {
    const closedBefore = await takePanes(transaction);
    const progress = await allProgress(transaction);
    const watermark = watermarkOf(ends, progress, rules.watermarkDelayMs);
    const lag = lagOf(ends, progress);
    const due = paneOf(watermark - rules.allowedLatenessMs);
    if (!(due > closedBefore)) return { watermark, lag, closed: [], more: false };
    const until = Math.min(due, (await firstWork(transaction, closedBefore)) + mostPanes * paneMs);
    const closed = await close(transaction, closedBefore, until);
    await moveClock(transaction, until);
    return { watermark, lag, closed, more: until < due };
  });
}

/** Where there is something to close: nothing is done for hours in which nothing has happened. */
async function firstWork(transaction: Transaction, closedBefore: number): Promise<number> {
  const recent = await windowsBetween(transaction, paneKind, closedBefore - longestMs, closedBefore);
  if (recent.length > 0) return closedBefore;
  const first = await firstPane(transaction);
  return first === undefined ? Number.POSITIVE_INFINITY : Math.max(first, closedBefore);
}

async function close(transaction: Transaction, after: number, until: number): Promise<ClosedWindow[]> {
  const parts = await takeParts(transaction, until);
  const panes = [...parts]
    .sort(([left], [right]) => left - right)
    .map(
      ([startsAt, aggregates]): ClosedWindow => ({
        kind: paneKind,
        startsAt,
        endsAt: startsAt + paneMs,
        aggregate: mergedAggregate(aggregates),
      }),
    );
  await insertWindows(transaction, panes);
  const known = await windowsBetween(transaction, paneKind, after - longestMs, until);
  const [first] = known;
  if (!first) return panes;
  const composed = windowsEnding(Math.max(after, first.startsAt), until).flatMap((window) =>
    compose(window, known),
  );
  await insertWindows(transaction, composed);
  return [...panes, ...composed];
}

/** The window's panes together; nothing when nothing has happened in it. */
function compose(window: Window, panes: readonly ClosedWindow[]): ClosedWindow[] {
  const own = panes.filter(({ startsAt }) => startsAt >= window.startsAt && startsAt < window.endsAt);
  return own.length === 0
    ? []
    : [{ ...window, aggregate: mergedAggregate(own.map(({ aggregate }) => aggregate)) }];
}
