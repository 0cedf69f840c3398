import { stepsThatHeld } from './gates.ts';
import type { PhaseFigures } from './measurements.ts';
import { row } from './report/markdown.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

const counted = ({ phases }: RunResult): PhaseFigures | undefined => phases.findLast(({ warmUp }) => !warmUp);
const ms = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(1)} ms`);
const perSecond = (value: number | undefined): string =>
  value === undefined ? 'below the first step' : `${value.toFixed(0)}/s`;
const percent = (share: number | undefined): string =>
  share === undefined ? '–' : `${(share * 100).toFixed(3)} %`;

/** The rows of the table of goals (docs/performance.md) that a run has measured: figure, must, goal, measured. */
export function goalRows(result: RunResult, sla: Sla, broken: readonly string[]): string[] {
  const { scenario, through, endToEnd, reconciliation } = result;
  const phase = counted(result);
  const held = broken.length === 0 ? '' : ' (with broken gates)';
  const lostOrDuplicated = `${reconciliation.lost} lost, ${reconciliation.duplicated} duplicated of ${reconciliation.figures.accepted}`;
  const nothingLost = row('orders lost or duplicated', '0', '0', lostOrDuplicated);
  if (result.steps) {
    const knee = perSecond(stepsThatHeld(result.phases, sla).at(-1)?.succeededPerSecond);
    const [must, goal] = through === 'edge' ? ['1000', '1500'] : ['2000', '4000'];
    return [
      row(`knee of accepted orders/s at the ${through}, SLA held in each step`, must, goal, knee),
      nothingLost,
    ];
  }
  const sustained = `${perSecond(phase?.succeededPerSecond)}, P95 ${ms(phase?.p95Ms)}, for ${phase?.seconds} s${held}`;
  if (scenario === 'producer') {
    return [row('the same at the producer', '2000', '4000', sustained), nothingLost];
  }
  if (scenario === 'restarts') {
    const rate = `${percent(phase?.serverErrors)} at ${perSecond(phase?.succeededPerSecond)} for ${phase?.seconds} s${held}`;
    const figure = '5xx at 1000 rps for 10 minutes, with one rolling restart of each service in it';
    return [row(figure, '< 0.1 %', '0', rate), nothingLost];
  }
  if (scenario !== 'sla') return [nothingLost];
  return [
    row(
      'sustained accepted orders/s through the edge, SLA held, 5 minutes, telemetry on',
      '1000',
      '1500',
      sustained,
    ),
    row('P95 of acceptance at 1000 rps', '< 500 ms', '< 25 ms', ms(phase?.p95Ms)),
    row(
      'end-to-end (accepted → processed) P95 at 1000 rps',
      '< 2 s',
      '< 250 ms',
      ms(endToEnd.processed.p95Ms),
    ),
    row('5xx at 1000 rps', '< 0.1 %', '0', percent(phase?.serverErrors)),
    nothingLost,
  ];
}

export const goalHead = [row('figure', 'must', 'goal', 'measured'), row('---', '---', '---', '---')];
