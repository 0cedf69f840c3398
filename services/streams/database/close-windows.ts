import type { Anomaly } from '#contracts/events/analytics.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { mergedAggregate, withoutNames } from '../domain/aggregate.ts';
import { type AnomalyLimits, anomaliesOf, baselinePanes } from '../domain/anomalies.ts';
import { lagOf, type TopicEnds, watermarkOf } from '../domain/watermark.ts';
import { longestMs, paneKind, paneMs, paneOf, type Window, windowsEnding } from '../domain/windows.ts';
import { insertAnomalies } from './anomalies.ts';
import { moveClock, takePanes } from './clock.ts';
import { addToHistory, type Happened } from './history.ts';
import { firstPane, takeParts } from './panes.ts';
import { allProgress } from './partitions.ts';
import { takeForHistory } from './untimely.ts';
import { type ClosedWindow, insertWindows, windowsBetween } from './windows.ts';

export interface ClosingRules {
  /** How long an event may take into its topic, and how far clocks may be apart, in milliseconds. */
  readonly watermarkDelayMs: number;
  /** How long a window waits behind the watermark for what is late, in milliseconds. */
  readonly allowedLatenessMs: number;
  readonly limits: AnomalyLimits;
}

export interface Closing {
  /** In milliseconds since the epoch; -Infinity while a partition with messages was not read at all. */
  readonly watermark: number;
  /** Messages that were not read yet. */
  readonly lag: number;
  readonly closed: readonly ClosedWindow[];
  readonly anomalies: readonly Anomaly[];
  /** Whether there is more to close right now. */
  readonly more: boolean;
}

// What one transaction closes at most: all that come after it wait.
const mostPanes = 60;
const mostLate = 1_000;

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
    if (!(due > closedBefore)) return { watermark, lag, closed: [], anomalies: [], more: false };
    const until = Math.min(due, (await firstWork(transaction, closedBefore)) + mostPanes * paneMs);
    const panes = await closePanes(transaction, until);
    const recent = await windowsBetween(transaction, paneKind, closedBefore - longestMs, until);
    const anomalies = detect(panes, recent, rules.limits);
    await insertAnomalies(transaction, anomalies);
    const composed = await closeComposed(transaction, closedBefore, until, recent);
    const late = await takeForHistory(transaction, mostLate);
    await addToHistory(transaction, [...panes.map(happened), ...late]);
    await moveClock(transaction, until);
    const more = until < due || late.length === mostLate;
    return { watermark, lag, closed: [...panes, ...composed], anomalies, more };
  });
}

/** Where there is something to close: nothing is done for hours in which nothing has happened. */
async function firstWork(transaction: Transaction, closedBefore: number): Promise<number> {
  const recent = await windowsBetween(transaction, paneKind, closedBefore - longestMs, closedBefore);
  if (recent.length > 0) return closedBefore;
  const first = await firstPane(transaction);
  return first === undefined ? Number.POSITIVE_INFINITY : Math.max(first, closedBefore);
}

/** Panes that begin before `until`, in their order: the parts of all partitions together. */
async function closePanes(transaction: Transaction, until: number): Promise<ClosedWindow[]> {
  const parts = await takeParts(transaction, until);
  const panes = [...parts]
    .sort(([left], [right]) => left - right)
    .map(([startsAt, aggregates]): ClosedWindow => {
      const aggregate = mergedAggregate(aggregates);
      return { kind: paneKind, startsAt, endsAt: startsAt + paneMs, aggregate };
    });
  await insertWindows(transaction, panes.map(nameless));
  return panes;
}

const nameless = (pane: ClosedWindow): ClosedWindow => ({ ...pane, aggregate: withoutNames(pane.aggregate) });

const happened = (pane: ClosedWindow): Happened => ({
  at: pane.startsAt,
  aggregate: withoutNames(pane.aggregate),
});

/** @param recent all closed panes of the last five minutes before them, and they themselves. */
function detect(
  panes: readonly ClosedWindow[],
  recent: readonly ClosedWindow[],
  limits: AnomalyLimits,
): Anomaly[] {
  return panes.flatMap((pane) => {
    const from = pane.startsAt - baselinePanes * paneMs;
    const before = recent.filter(({ startsAt }) => startsAt >= from && startsAt < pane.startsAt);
    return anomaliesOf(pane, before, limits);
  });
}

/** Windows that are made of panes and have ended after `after`. */
async function closeComposed(
  transaction: Transaction,
  after: number,
  until: number,
  panes: readonly ClosedWindow[],
): Promise<ClosedWindow[]> {
  const [first] = panes;
  if (!first) return [];
  const ending = windowsEnding(Math.max(after, first.startsAt), until);
  const composed = ending.flatMap((window) => compose(window, panes));
  await insertWindows(transaction, composed);
  return composed;
}

/** The window's panes together; nothing when nothing has happened in it. */
function compose(window: Window, panes: readonly ClosedWindow[]): ClosedWindow[] {
  const own = panes.filter(({ startsAt }) => startsAt >= window.startsAt && startsAt < window.endsAt);
  return own.length === 0
    ? []
    : [{ ...window, aggregate: mergedAggregate(own.map(({ aggregate }) => aggregate)) }];
}
