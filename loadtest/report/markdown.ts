import { inWords as comparedWith, ratiosTo } from '../comparison.ts';
import { stepsThatHeld } from '../gates.ts';
import { type KeptRun, keptFiguresOf } from '../history.ts';
import { percentileOf } from '../observe/server-latency.ts';
import type { Settlement } from '../payments/settlement.ts';
import type { Restarted } from '../restarts.ts';
import type { RunResult } from '../result.ts';
import type { Sla } from '../sla.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
export const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${value.toFixed(1)} ms`);
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const statusNames: Readonly<Record<string, string>> = { '0': 'no answer', '-1': 'never sent' };

function phaseTable({ phases }: RunResult): string[] {
  return [
    row(
      'Load',
      'Wanted',
      'Offered',
      'Succeeded',
      'Available',
      '5xx',
      'P50',
      'P95',
      'P99',
      'Worst',
      'Answers',
    ),
    row('---', ...Array.from({ length: 9 }, () => '---:'), '---'),
    ...phases.map((phase) =>
      row(
        phase.warmUp ? `${phase.name} (not counted)` : phase.name,
        `${phase.rate}/s`,
        percent(phase.offered),
        `${phase.succeededPerSecond.toFixed(1)}/s`,
        percent(phase.availability),
        percent(phase.serverErrors),
        ...[phase.p50Ms, phase.p95Ms, phase.p99Ms, phase.worstMs].map(ms),
        Object.entries(phase.statuses)
          .map(([status, count]) => `${count} × ${statusNames[status] ?? status}`)
          .join(', '),
      ),
    ),
  ];
}

const inWords = ({ service, second, tookSeconds }: Restarted): string =>
  `${service} at ${second.toFixed(0)} s, in ${tookSeconds.toFixed(0)} s`;

const settlementRow = ({ asked, paidOnChain, settled }: Settlement): string =>
  row(
    'accepted to settled, by the demo wallet',
    `P50 ${ms(settled.p50Ms)}, P95 ${ms(settled.p95Ms)} of ${settled.count}; the chain has ${paidOnChain} of ${asked} paid`,
  );

/** When it is late, or takes all processors, it measures itself. */
function generatorInWords({ generator: { lateP95Ms, load } }: RunResult): string {
  const most = Math.max(0, ...load.map(({ cores }) => cores));
  return `P95 ${ms(lateP95Ms)} late with sending; ${most.toFixed(1)} cores at most`;
}

function recordTable(result: RunResult): string[] {
  const { reconciliation, endToEnd, lagGoneAfterMs, served, serverBuckets, settlement, restarts } = result;
  const { lost, duplicated, stuck, servedUnpaid, unknown, figures } = reconciliation;
  const { processed, completed } = endToEnd;
  const server = serverBuckets ? percentileOf(serverBuckets, 0.95) : undefined;
  return [
    row('Afterwards', ''),
    row('---', '---'),
    row('accepted orders, by the clients', String(figures.accepted)),
    row('lost, duplicated, stuck, served unpaid', `${lost}, ${duplicated}, ${stuck}, ${servedUnpaid}`),
    row('outcomes that clients do not know', String(unknown)),
    row(
      'accepted to processed',
      `P50 ${ms(processed.p50Ms)}, P95 ${ms(processed.p95Ms)}, P99 ${ms(processed.p99Ms)} of ${processed.count}`,
    ),
    row(
      'accepted to completed, with baristas who do not wait',
      `P50 ${ms(completed.p50Ms)}, P95 ${ms(completed.p95Ms)} of ${completed.count}; ${served.completed} of ${served.asked} served`,
    ),
    ...(settlement ? [settlementRow(settlement)] : []),
    row('nothing left to read', lagGoneAfterMs === undefined ? 'not in time' : `after ${ms(lagGoneAfterMs)}`),
    row(
      "P95 of accepted orders from sending, and by the producer's own histogram",
      `${ms(result.clientP95Ms)}; ${server ? `${ms(server.ms)}, between ${ms(server.lowerMs)} and ${ms(server.upperMs)}` : 'not known'}`,
    ),
    row('load generator', generatorInWords(result)),
    ...(restarts.length > 0 ? [row('restarted meanwhile', restarts.map(inWords).join(', '))] : []),
  ];
}

function comparison(result: RunResult, sla: Sla, before: KeptRun | undefined): string[] {
  const figures = keptFiguresOf(result, stepsThatHeld(result.phases, sla));
  if (!before || !figures)
    return ['Of this scenario, entrance, rate and duration no earlier run is kept on this machine.'];
  return [
    `As multiples of ${comparedWith(before)}: the last run of this kind on this machine.`,
    '',
    ...ratiosTo(figures, before.figures).map(([name, ratio]) => `- ${name}: ${ratio.toFixed(2)}`),
  ];
}

function kneeOf({ phases }: RunResult, sla: Sla): string {
  const held = stepsThatHeld(phases, sla);
  const knee = held.at(-1);
  if (!knee) return 'below the first step';
  const rate = `${knee.succeededPerSecond.toFixed(0)}/s`;
  const all = held.length === phases.filter(({ warmUp }) => !warmUp).length;
  return all ? `${rate} or more: every step held, begin with a higher --rate` : rate;
}

/** A run for people: what was done, whether it held, and under what circumstances. */
export function toMarkdown(
  result: RunResult,
  sla: Sla,
  broken: readonly string[],
  before: KeptRun | undefined,
): string {
  const { scenario, summary, through, circumstances, seed, customers, connections, generators } = result;
  return `${[
    `# Load test: ${scenario}, through the ${through}`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}. **${broken.length === 0 ? 'Passed' : 'FAILED'}.**`,
    '',
    ...(result.steps ? [`Knee: ${kneeOf(result, sla)}.`, ''] : []),
    ...broken.map((gate) => `- **broken:** ${gate}`),
    ...(broken.length > 0 ? [''] : []),
    ...phaseTable(result),
    '',
    'Latency counts from when a request should have been sent (open loop); shares are of all that should have been sent.',
    '',
    ...recordTable(result),
    '',
    ...comparison(result, sla, before),
    '',
    row('Circumstances', ''),
    row('---', '---'),
    row('Machine, kernel', `${circumstances.machine}, ${circumstances.kernel}`),
    row('Commit, date', `${circumstances.commit}, ${circumstances.date}`),
    row('Load', `${customers} customers, ${connections} connections, ${generators} threads, seed ${seed}`),
    ...Object.entries(circumstances.settings).map(([name, value]) => row(name, value)),
    ...(result.blind.length > 0 ? [row('Not watched', result.blind.join(', '))] : []),
  ].join('\n')}\n`;
}
