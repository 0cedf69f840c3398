import type { Anomaly } from '#contracts/events/analytics.ts';
import type { Aggregate } from './aggregate.ts';
import { paneMs } from './windows.ts';

/** A closed pane. */
export interface Pane {
  /** In milliseconds since the epoch. */
  readonly startsAt: number;
  readonly aggregate: Aggregate;
}

export interface AnomalyLimits {
  /** A burst has at least so many orders in one pane. */
  readonly burstOrders: number;
  /** A customer may place so many orders in one pane. */
  readonly velocityOrders: number;
  /** A name or an address may fail to sign in so many times in one pane. */
  readonly signInFailures: number;
}

// Of a normal distribution one value of 30,000 is further away.
const burstDeviations = 4;
/** How many panes before a pane say what is usual: five minutes. */
export const baselinePanes = 30;

/**
 * What is unusual about a pane.
 * - `burst`: far more orders are placed than in the five minutes before it (four standard deviations of a Poisson
 *   distribution or of those minutes, whichever is more).
 * - `velocity`: one customer places more orders than a person does.
 * - `suspicious-activity`: one name or address was not let in more often than a person mistypes.
 *
 * @param before the closed panes of the five minutes before it; those in which nothing has happened may be missing.
 */
export function anomaliesOf(pane: Pane, before: readonly Pane[], limits: AnomalyLimits): Anomaly[] {
  const startsAt = new Date(pane.startsAt).toISOString();
  const endsAt = new Date(pane.startsAt + paneMs).toISOString();
  const found: Anomaly[] = [];
  const observed = pane.aggregate.totals.placed ?? 0;
  const threshold = Math.max(limits.burstOrders, usualMost(before));
  if (observed > threshold) {
    found.push({
      kind: 'burst',
      subject: 'orders',
      startsAt,
      endsAt,
      observed,
      threshold: Math.ceil(threshold),
    });
  }
  const { customers, signInFailures = {} } = pane.aggregate;
  const counted = [
    ['velocity', customers, limits.velocityOrders],
    ['suspicious-activity', signInFailures, limits.signInFailures],
  ] as const;
  for (const [kind, counts, threshold] of counted) {
    for (const [subject, observed] of Object.entries(counts)) {
      if (observed > threshold) found.push({ kind, subject, startsAt, endsAt, observed, threshold });
    }
  }
  return found;
}

/** More orders than this are unusual after these panes. */
function usualMost(before: readonly Pane[]): number {
  const counts = before.map(({ aggregate }) => aggregate.totals.placed ?? 0);
  while (counts.length < baselinePanes) counts.push(0);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return mean + burstDeviations * Math.sqrt(Math.max(variance, mean));
}
