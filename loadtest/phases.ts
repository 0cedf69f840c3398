import { brokenAcceptance } from './gates.ts';
import { figuresOf, type Measurements, type PhaseFigures } from './measurements.ts';
import type { Scenario } from './scenarios.ts';
import type { Sla } from './sla.ts';

/** How long a scenario warms up, in milliseconds. */
export const warmUpMs = ({ phases }: Pick<Scenario, 'phases'>): number =>
  phases.reduce((sum, { warmUp, durationMs }) => sum + (warmUp ? durationMs : 0), 0);

// Late answers of a step come within a second, or are too late.
const lateAnswersMs = 1_000;

/** Whether a phase that counts is over, `elapsedMs` after the start of the run, and has broken the SLA. */
export function brokeStep(measurements: Measurements, sla: Sla, elapsedMs: number): boolean {
  let endMs = 0;
  return measurements.phases.some((phase, index) => {
    endMs += phase.durationMs;
    if (phase.warmUp || endMs + lateAnswersMs > elapsedMs) return false;
    return brokenAcceptance(figuresOf(phase, measurements.of(index)), sla).length > 0;
  });
}

/** All of them, but for steps that were not begun because an earlier one broke. */
export function ranPhases(
  measurements: Measurements,
  { steps = false }: Pick<Scenario, 'steps'>,
): PhaseFigures[] {
  const all = measurements.phases.map((phase, index) => figuresOf(phase, measurements.of(index)));
  return steps ? all.filter(({ sent }) => sent > 0) : all;
}
