import { brokenAgreement } from './agreement.ts';
import { brokenChecks, brokenRestarts } from './checked.ts';
import { brokenGrowth } from './growth.ts';
import type { PhaseFigures } from './measurements.ts';
import { brokenSettlement } from './payments/settlement.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;
const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** What of the acceptance in a phase does not hold, a line for each. */
export function brokenAcceptance(figures: PhaseFigures, { acceptance }: Sla): string[] {
  const { name, offered, p95Ms, serverErrors, availability } = figures;
  const broken: string[] = [];
  if (!(offered >= acceptance.leastOffered)) {
    broken.push(
      `${name}: only ${percent(offered)} of the load was offered, at least ${percent(acceptance.leastOffered)}`,
    );
  }
  if (!(p95Ms < acceptance.p95Ms))
    broken.push(`${name}: P95 ${ms(p95Ms)}, must be below ${ms(acceptance.p95Ms)}`);
  if (!(serverErrors < acceptance.mostServerErrors)) {
    broken.push(
      `${name}: 5xx ${percent(serverErrors)}, must be below ${percent(acceptance.mostServerErrors)}`,
    );
  }
  if (!(availability >= acceptance.leastAvailability)) {
    broken.push(
      `${name}: availability ${percent(availability)}, at least ${percent(acceptance.leastAvailability)}`,
    );
  }
  return broken;
}

/** The steps that held one after another from the first on; the last of them is the knee. */
export const stepsThatHeld = (phases: readonly PhaseFigures[], sla: Sla): readonly PhaseFigures[] => {
  const steps = phases.filter(({ warmUp }) => !warmUp);
  const firstBroken = steps.findIndex((step) => brokenAcceptance(step, sla).length > 0);
  return firstBroken === -1 ? steps : steps.slice(0, firstBroken);
};

/** What does not hold of a run, a line for each gate; empty when it passed. */
export function brokenGates(result: RunResult, sla: Sla): string[] {
  return [
    ...(result.steps ? brokenKnee(result, sla) : brokenLoad(result, sla)),
    ...brokenRecord(result),
    ...brokenChecks(result),
    ...brokenRestarts(result),
    ...(result.scenario === 'soak' ? brokenGrowth(result, sla) : []),
    ...brokenAfterwards(result, sla),
    ...brokenSettlement(result),
  ];
}

function brokenKnee({ scenario, through, phases }: RunResult, sla: Sla): string[] {
  const knee = stepsThatHeld(phases, sla).at(-1)?.succeededPerSecond ?? 0;
  const least = sla.leastAcceptedPerSecond[`${scenario}-${through}`];
  if (least === undefined || knee >= least) return [];
  return [`capacity at the ${through}: ${knee.toFixed(0)}/s, at least ${least}/s`];
}

function brokenLoad({ scenario, phases, mix }: RunResult, sla: Sla): string[] {
  const counted = phases.filter(({ warmUp }) => !warmUp);
  if (counted.length === 0) return ['nothing was measured'];
  const broken = counted.flatMap((phase) => brokenAcceptance(phase, sla));
  const least = sla.leastAcceptedPerSecond[scenario];
  const slow = counted.find(({ succeededPerSecond }) => least !== undefined && succeededPerSecond < least);
  if (slow && mix.reads === 0) {
    broken.push(`${slow.name}: ${slow.succeededPerSecond.toFixed(1)} accepted a second, at least ${least}`);
  }
  return broken;
}

function brokenRecord({ reconciliation, served }: RunResult): string[] {
  const { lost, duplicated, stuck, servedUnpaid, paidTwice, paidNotServed } = reconciliation;
  const orders = {
    ...{ lost, duplicated, stuck, 'served unpaid': servedUnpaid },
    ...{ 'paid twice': paidTwice, 'paid and not served': paidNotServed },
  };
  const broken = Object.entries(orders)
    .filter(([, orders]) => orders > 0)
    .map(
      ([what, orders]) => `${orders} orders ${what}: ./coffee reconcile --journal ${reconciliation.journal}`,
    );
  if (served.completed < served.asked) {
    broken.push(`${served.asked - served.completed} of ${served.asked} orders were not served to the end`);
  }
  return broken;
}

function brokenAfterwards(result: RunResult, sla: Sla): string[] {
  const { endToEnd, lagGoneAfterMs, trial, steps } = result;
  const { processedP95Ms } = sla.endToEnd;
  const broken: string[] = [];
  // Of a load that was raised until it was too much, only the end counts.
  if (!steps && !(endToEnd.processed.p95Ms < processedP95Ms)) {
    broken.push(
      `accepted to processed: P95 ${ms(endToEnd.processed.p95Ms)}, must be below ${ms(processedP95Ms)}`,
    );
  }
  if (lagGoneAfterMs === undefined) {
    broken.push(`there is still lag ${ms(sla.afterwards.lagGoneWithinMs)} after the last request`);
  }
  return trial || steps ? broken : [...broken, ...brokenAgreement(result, sla)];
}
