import type { DayResult } from './run-day.ts';
import type { Statistics } from './statistics.ts';

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

/** The one line that shows how it goes. */
export function progressLine(statistics: Statistics): string {
  const { sent, accepted, retried, unknown, latencies, lagMs, errorCount } = statistics;
  const parts = [
    `sent ${sent}`,
    `accepted ${accepted}`,
    `retried ${retried}`,
    `unknown ${unknown}`,
    `P50 ${ms(latencies.percentile(0.5))}`,
    `P95 ${ms(latencies.percentile(0.95))}`,
    `lag ${ms(lagMs)}`,
  ];
  return [...parts, ...(errorCount > 0 ? [`ERRORS ${errorCount}`] : [])].join(' · ');
}

/** What happened, as lines; the last says whether it was right and what to do next. */
export function summary(
  { statistics, journalPath, elapsedMs, leftOpen }: DayResult,
  journalShown = journalPath,
): string[] {
  const { latencies } = statistics;
  const achieved = statistics.sent / Math.max(0.001, elapsedMs / 1000);
  const lines = [
    `Requests   ${statistics.sent} sent (${achieved.toFixed(1)}/s), ${statistics.retried} sent again, ${statistics.reads} reads`,
    `Answers    ${statistics.accepted} accepted, ${statistics.refused} rightly refused, ${statistics.conflicts} conflicts accepted, ${statistics.unknown} unknown`,
    `Baristas   ${statistics.actions} commands taken, cancellations included, ${statistics.actionsRefused} came too late`,
    `Latency    P50 ${ms(latencies.percentile(0.5))}, P95 ${ms(latencies.percentile(0.95))}, P99 ${ms(latencies.percentile(0.99))} from the intended time; worst lag ${ms(statistics.worstLagMs)}`,
    `Journal    ${journalShown}`,
  ];
  if (statistics.dropped > 0) {
    lines.push(`Dropped    ${statistics.dropped} customers were not let in: too many requests were open`);
  }
  if (leftOpen > 0) {
    lines.push(
      `Left open  ${leftOpen} orders were not served when the baristas went home: the platform was too slow`,
    );
  }
  for (const [what, count] of statistics.errors) lines.push(`Error      ${count} × ${what}`);
  lines.push(
    statistics.errorCount > 0
      ? `${statistics.errorCount} wrong answers. Next: ./coffee logs producer, and ./coffee reconcile`
      : 'Every answer was right. Next: ./coffee reconcile',
  );
  return lines;
}
