import type { Measurements } from './measurements.ts';

const shownSeconds = 10;

/** What happened in the last seconds that are over; of a load that is behind, in the last of which anything is known. */
export function progressLine(measurements: Measurements, elapsedMs: number): string {
  const over = Math.floor(elapsedMs / 1_000) - 1;
  const known = measurements.seconds.filter(({ second }) => second < over);
  // Of the latest second of a load that is behind not all is known.
  const latest = known.at(-1)?.second ?? -1;
  const isBehind = latest + 1 < over - shownSeconds;
  const until = isBehind ? latest : latest + 1;
  const last = known.filter(({ second }) => second >= until - shownSeconds && second < until);
  const phase = measurements.phases[last.at(-1)?.phase ?? 0]?.name ?? '';
  const sum = (of: (second: (typeof last)[number]) => number): number =>
    last.reduce((total, second) => total + of(second), 0);
  const perSecond = sum(({ measured }) => measured.succeeded) / Math.max(1, last.length);
  const failed = sum(({ measured }) => measured.seen - measured.succeeded);
  const worstP95 = Math.max(0, ...last.map(({ measured }) => measured.latencies.percentile(0.95)));
  const behind = isBehind ? `, ${over - until} s behind` : '';
  return `${phase}: ${perSecond.toFixed(0)}/s succeeded, ${failed} failed, worst P95 of a second ${worstP95.toFixed(1)} ms${behind}`;
}
