import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFault, type FaultKind } from '../fault/fault.ts';
import type { Report } from '../reconcile/report.ts';
import type { Statistics } from '../traffic/statistics.ts';
import type { PlannedFault } from './plan.ts';

/** A planned fault with what came of it. */
export interface FaultOutcome extends PlannedFault {
  /** RFC 3339. */
  readonly time: string;
  /** From the end of the fault until the service was healthy and an order was accepted, in milliseconds. */
  readonly healthyAfterMs: number | undefined;
  /** The longest time without a 202 from the start of the fault until then, in milliseconds. */
  readonly withoutAcceptanceMs: number | undefined;
  /** Why it could not be made or undone, or why nothing was healthy afterwards. */
  readonly problem: string | undefined;
}

export interface TrafficFigures {
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  readonly conflicts: number;
  readonly retried: number;
  readonly unknown: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly longestGapMs: number;
  readonly errors: Readonly<Record<string, number>>;
}

export interface ChaosReport {
  readonly seed: number;
  /** How many were wanted; undefined when the time was given instead. */
  readonly orders: number | undefined;
  /** Customers a second. */
  readonly rate: number;
  readonly everyMs: number;
  readonly durationMs: number;
  readonly without: readonly FaultKind[];
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly faults: readonly FaultOutcome[];
  readonly traffic: TrafficFigures;
  readonly reconciliation: Report;
  /** What was not as it must be; empty when the run passed. */
  readonly findings: readonly string[];
}

export function trafficFigures(statistics: Statistics): TrafficFigures {
  const { sent, accepted, refused, conflicts, retried, unknown, dropped, latencies, longestGapMs } =
    statistics;
  const percentile = (share: number): number => Math.round(latencies.percentile(share));
  return {
    ...{ sent, accepted, refused, conflicts, retried, unknown, dropped },
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    longestGapMs: Math.round(longestGapMs),
    errors: Object.fromEntries(statistics.errors),
  };
}

/** Everything that was not as it must be, as sentences. */
export function findingsOf(
  orders: number | undefined,
  faults: readonly FaultOutcome[],
  traffic: TrafficFigures,
  reconciliation: Report,
): string[] {
  const { accepted } = reconciliation.figures;
  return [
    ...reconciliation.rules.map(
      ({ category, rule, orders: count, first }) =>
        `${count} ${category}: ${rule} (${first[0]?.orderId}, ${first[0]?.look})`,
    ),
    ...Object.entries(traffic.errors).map(([what, count]) => `${count} wrong answers: ${what}`),
    ...(traffic.dropped > 0
      ? [`${traffic.dropped} customers were not let in: the load was lower than asked for`]
      : []),
    ...(orders !== undefined && accepted < orders
      ? [`only ${accepted} of ${orders} orders were accepted`]
      : []),
    ...(faults.length === 0 ? ['there was no time for a single fault'] : []),
    ...faults.flatMap((fault) =>
      fault.problem === undefined ? [] : [`${titleOf(fault)}: ${fault.problem}`],
    ),
  ];
}

/** `kafka: latency of 300 ± 20 ms for 4.2 s`. */
export const titleOf = ({ service, fault, lastsMs }: PlannedFault): string =>
  `${service}: ${describeFault(fault)} for ${inSeconds(lastsMs)}`;

const inSeconds = (ms: number | undefined): string =>
  ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;
const row = (...cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

export function toMarkdown(report: ChaosReport): string {
  const { seed, rate, everyMs, faults, traffic, reconciliation, findings } = report;
  const { lost, duplicated, stuck, servedUnpaid, figures } = reconciliation;
  const lines = [
    `# Chaos, seed ${seed}: ${findings.length === 0 ? 'passed' : 'FAILED'}`,
    '',
    `${report.startedAt} to ${report.endedAt}, ${rate} customers a second, a fault every ${inSeconds(everyMs)}.`,
    `${figures.accepted} orders accepted: ${lost} lost, ${duplicated} duplicated, ${stuck} stuck, ${servedUnpaid} served unpaid.`,
    '',
    ...findings.map((finding) => `- **${finding.replaceAll('\n', ' ')}**`),
    ...(findings.length > 0 ? [''] : []),
    row('At', 'Fault', 'Healthy again after', 'Longest without a 202'),
    row('---:', '---', '---:', '---:'),
    ...faults.map((fault) =>
      row(
        inSeconds(fault.atMs),
        titleOf(fault),
        inSeconds(fault.healthyAfterMs),
        inSeconds(fault.withoutAcceptanceMs),
      ),
    ),
    '',
    row('Traffic', 'Count'),
    row('---', '---:'),
    ...Object.entries(traffic).flatMap(([name, value]) =>
      typeof value === 'number' ? [row(name, value)] : [],
    ),
    ...Object.entries(figures).map(([name, value]) => row(name, String(value))),
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes the report as JSON and Markdown. @returns the path without its ending */
export async function writeReport(report: ChaosReport, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const time = report.startedAt.replaceAll(':', '-').replace(/\.\d+/, '');
  const path = join(folder, `${time}-seed-${report.seed}`);
  await writeFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(`${path}.md`, toMarkdown(report));
  return path;
}
