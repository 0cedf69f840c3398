import type { Surroundings } from './circumstances.ts';
import { surroundingsInWords } from './circumstances.ts';
import { stepsThatHeld } from './gates.ts';
import type { PhaseFigures } from './measurements.ts';
import { row } from './report/markdown.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

/** A row of the table of goals (docs/performance.md). */
export interface Goal {
  readonly figure: string;
  readonly must: string;
  readonly goal: string;
  readonly measured: string;
}

/** Goals that the table has, with what is promised and what is wished for. */
export const goals = {
  sustainedAtEdge: {
    ...{ figure: 'sustained accepted orders/s through the edge, SLA held, 5 minutes, telemetry on' },
    ...{ must: '1000', goal: '1500' },
  },
  sustainedAtProducer: { figure: 'the same at the producer', must: '2000', goal: '4000' },
  p95: { figure: 'P95 of acceptance at 1000 rps', must: '< 500 ms', goal: '< 25 ms' },
  processed: {
    ...{ figure: 'end-to-end (accepted → processed) P95 at 1000 rps', must: '< 2 s', goal: '< 250 ms' },
  },
  bare: { figure: 'accepting ÷ bare handler of the same durability', must: '0.5', goal: '0.8' },
  restarts: {
    ...{ figure: '5xx at 1000 rps for 10 minutes, with one rolling restart of each service in it' },
    ...{ must: '< 0.1 %', goal: '0' },
  },
  lost: { figure: 'orders lost or duplicated', must: '0', goal: '0' },
  stored: { figure: 'cost of one more order with 10 million stored vs. none', must: '1.2', goal: '1.05' },
} as const satisfies Readonly<Record<string, Omit<Goal, 'measured'>>>;

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const perSecond = (value: number): string => `${value.toFixed(0)}/s`;
const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;

/** What was sent of a load, and for how long: `1010/s for 300 s`; of several loads each, of steps the first and the last. */
function loadOf({ steps }: RunResult, counted: readonly PhaseFigures[]): string {
  const rates = counted.map(({ rate, offered }) => perSecond(rate * offered));
  const seconds = counted[0]?.seconds;
  if (rates.length <= 1) return `${rates[0] ?? 'nothing'} for ${seconds ?? 0} s`;
  if (steps) return `${rates.length} steps of ${seconds} s from ${rates[0]} to ${rates.at(-1)}`;
  return `${rates.join(', ')} for ${seconds} s each`;
}

/**
 * The rows of the table of goals that a run has measured. Each says by which load, and whether the run held what is promised:
 * a figure of 50 requests a second is none of 1000.
 */
export function goalRows(result: RunResult, sla: Sla, broken: readonly string[]): Goal[] {
  const { scenario, through, endToEnd, reconciliation } = result;
  const counted = result.phases.filter(({ warmUp }) => !warmUp);
  const held =
    broken.length === 0
      ? 'all gates held'
      : `${broken.length} ${broken.length === 1 ? 'gate' : 'gates'} broken`;
  const where = through === 'edge' ? 'through the edge' : 'at the producer';
  const measured = (what: string): string => `${what} (${loadOf(result, counted)} ${where}; ${held})`;
  const { lost, duplicated, figures } = reconciliation;
  const nothingLost: Goal = {
    ...goals.lost,
    measured: measured(`${lost} lost, ${duplicated} duplicated of ${figures.accepted}`),
  };
  const sustained = through === 'edge' ? goals.sustainedAtEdge : goals.sustainedAtProducer;
  if (result.steps) {
    const knee = stepsThatHeld(result.phases, sla).at(-1)?.succeededPerSecond;
    const figure = `knee of accepted orders/s ${where}, SLA held in each step`;
    const what = knee === undefined ? 'below the first step' : perSecond(knee);
    return [{ ...sustained, figure, measured: measured(what) }, nothingLost];
  }
  const phase = counted.at(-1);
  if (!phase || !['sla', 'producer', 'restarts'].includes(scenario)) return [nothingLost];
  const { succeededPerSecond, p95Ms, serverErrors } = phase;
  if (scenario === 'restarts')
    return [{ ...goals.restarts, measured: measured(percent(serverErrors)) }, nothingLost];
  const rows: Goal[] = [
    { ...sustained, measured: measured(`${perSecond(succeededPerSecond)}, P95 ${ms(p95Ms)}`) },
  ];
  if (scenario === 'sla') {
    rows.push(
      { ...goals.p95, measured: measured(ms(p95Ms)) },
      { ...goals.processed, measured: measured(ms(endToEnd.processed.p95Ms)) },
      {
        ...goals.restarts,
        figure: '5xx, without a restart',
        measured: measured(percent(serverErrors)),
      },
    );
  }
  return [...rows, nothingLost];
}

/** Rows as they stand in docs/performance.md, with where and when they were measured below them. */
export function goalTable(measured: readonly Goal[], surroundings: Surroundings): string {
  const when = `${surroundings.commit}, ${surroundings.date.slice(0, 10)}`;
  return [
    row('figure', 'must', 'goal', 'measured', 'commit, date'),
    row('---', '---', '---', '---', '---'),
    ...measured.map(({ figure, must, goal, measured }) => row(figure, must, goal, measured, when)),
    '',
    `Measured on ${surroundingsInWords(surroundings)}.`,
  ].join('\n');
}

interface Judge {
  readonly goal: Omit<Goal, 'measured'>;
  readonly command: string;
  /** Whether a run says whether this holds. */
  readonly by?: (result: RunResult) => boolean;
}

const loaded =
  (scenario: string, through: RunResult['through'], rate: number, seconds: number) =>
  (result: RunResult): boolean =>
    result.scenario === scenario &&
    result.through === through &&
    result.phases.some((phase) => !phase.warmUp && phase.rate >= rate && phase.seconds >= seconds);

/** What gates each goal, by its exit code. */
const judges: readonly Judge[] = [
  {
    ...{ goal: goals.sustainedAtEdge, command: './coffee loadtest sla' },
    by: loaded('sla', 'edge', 1_000, 300),
  },
  {
    ...{ goal: goals.sustainedAtProducer, command: './coffee loadtest producer' },
    by: loaded('producer', 'producer', 2_000, 300),
  },
  { goal: goals.p95, command: './coffee loadtest sla', by: loaded('sla', 'edge', 1_000, 0) },
  { goal: goals.processed, command: './coffee loadtest sla', by: loaded('sla', 'edge', 1_000, 0) },
  { goal: goals.bare, command: './coffee bench accept' },
  {
    ...{ goal: goals.restarts, command: './coffee loadtest restarts' },
    by: loaded('restarts', 'edge', 1_000, 600),
  },
  { goal: goals.lost, command: './coffee loadtest', by: () => true },
  { goal: goals.stored, command: './coffee bench core --stored 10000000' },
];

/** Goals that these runs say nothing of, and the command that does: what is not looked at does not hold. */
export const notJudged = (results: readonly RunResult[]): string[] =>
  judges
    .filter(({ by }) => !results.some((result) => by?.(result)))
    .map(({ goal: { figure, must }, command }) => `${figure}, must ${must}: ${command}`);
