import { expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import { brokeStep, ranPhases, warmUpMs } from './phases.ts';
import { sampleSla } from './sample-result.ts';

const phases = [
  { name: 'warm-up', rate: 10, durationMs: 2_000, warmUp: true },
  { name: '10/s', rate: 10, durationMs: 1_000 },
  { name: '20/s', rate: 20, durationMs: 1_000 },
];

/** As many answers in each phase as there should be, with one status each. */
function answered(...statuses: readonly number[]): Measurements {
  const measurements = new Measurements(phases);
  for (const [phase, status] of statuses.entries()) {
    const { rate = 0, durationMs = 0 } = phases[phase] ?? {};
    for (let n = 0; n < (rate * durationMs) / 1_000; n += 1)
      measurements.add({ phase, dueMs: 0, latencyMs: 10, serviceMs: 9, status });
  }
  return measurements;
}

test('a warm-up is all that is not counted', () => {
  expect(warmUpMs({ phases })).toBe(2_000);
});

test('a run of steps ends a second after the first of them that broke', () => {
  const broken = answered(503, 503);
  expect(brokeStep(broken, sampleSla, 3_999)).toBe(false);
  expect(brokeStep(broken, sampleSla, 4_000)).toBe(true);
  expect(brokeStep(answered(503, 202), sampleSla, 4_000)).toBe(false);
  expect(brokeStep(answered(202, 202, 202), sampleSla, 60_000)).toBe(false);
});

test('steps that were not begun are not in the result, other phases always are', () => {
  const names = (steps: boolean) => ranPhases(answered(202, 202), { steps }).map(({ name }) => name);
  expect(names(true)).toEqual(['warm-up', '10/s']);
  expect(names(false)).toEqual(['warm-up', '10/s', '20/s']);
});
