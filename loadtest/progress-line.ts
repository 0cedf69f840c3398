import type { Measurements } from './measurements.ts';

const shownSeconds = 10;

/** What happened in the last seconds that are over. */
export function progressLine(measurements: Measurements, elapsedMs: number): string {
  const until = Math.floor(elapsedMs / 1_000) - 1;
  const last = measurements.seconds.filter(({ second }) => second < until && second >= until - shownSeconds);
  const phase = measurements.phases[last.at(-1)?.phase ?? 0]?.name ?? '';
  const sum = (of: (second: (typeof last)[number]) => number): number =>
    last.reduce((total, second) => total + of(second), 0);
  const perSecond = sum(({ measured }) => measured.succeeded) / Math.max(1, last.length);
  const failed = sum(({ measured }) => measured.seen - measured.succeeded);
  const worstP95 = Math.max(0, ...last.map(({ measured }) => measured.latencies.percentile(0.95)));
  return `${phase}: ${perSecond.toFixed(0)}/s succeeded, ${failed} failed, worst P95 of a second ${worstP95.toFixed(1)} ms`;
}
