import { describe, expect, test } from 'vitest';
import { brokenGates, stepsThatHeld } from './gates.ts';
import type { PhaseFigures } from './measurements.ts';
import type { RunResult } from './result.ts';
import { samplePhase, sampleResult, sampleSla } from './sample-result.ts';
import { readSla } from './sla.ts';

const broken = (changes: Partial<RunResult>): string =>
  brokenGates(sampleResult(changes), sampleSla).join('\n');
const inPhase = (changes: Partial<PhaseFigures>): string => broken({ phases: [samplePhase(changes)] });
const lost = (changes: object): string =>
  broken({ reconciliation: { ...sampleResult().reconciliation, ...changes } });

test('a run that holds everything passes, whatever its warm-up was like', () => {
  expect(broken({})).toBe('');
});

test('a run with restarts is held to all that others are', () => {
  const restarts = [{ service: 'producer', second: 40, tookSeconds: 9 }];
  const during = (changes: Partial<RunResult>) => broken({ scenario: 'restarts', restarts, ...changes });
  expect(during({})).toBe('');
  expect(during({ phases: [samplePhase({ serverErrors: 0.001 })] })).toMatch(/5xx 0\.100 %/);
  expect(during({ serverBuckets: undefined })).toMatch(/is Prometheus there/);
});

describe('one line says what is broken:', () => {
  test.each([
    ['less was offered than wanted', () => inPhase({ offered: 0.989 }), /only 98\.900 % .* was offered/],
    ['too slow', () => inPhase({ p95Ms: 500 }), /P95 500\.0 ms, must be below 500\.0 ms/],
    ['errors of the server', () => inPhase({ serverErrors: 0.001 }), /5xx 0\.100 %/],
    ['not available', () => inPhase({ availability: 0.9989 }), /availability 99\.890 %/],
    [
      'fewer than promised',
      () => inPhase({ succeededPerSecond: 999.4 }),
      /999\.4 accepted a second, at least 1000/,
    ],
    ['a figure that is none', () => inPhase({ p95Ms: Number.NaN }), /P95 NaN/],
    ['one order lost', () => lost({ lost: 1 }), /1 orders lost: .*--journal a\.jsonl/],
    ['one order twice', () => lost({ duplicated: 1 }), /1 orders duplicated/],
    ['one order stuck', () => lost({ stuck: 1 }), /1 orders stuck/],
    ['not served', () => broken({ served: { asked: 5, completed: 4 } }), /1 of 5 orders were not served/],
    ['lag that stays', () => broken({ lagGoneAfterMs: undefined }), /still lag/],
    [
      'nothing but a warm-up',
      () => broken({ phases: [samplePhase({ warmUp: true })] }),
      /nothing was measured/,
    ],
    ['no word from the server', () => broken({ serverBuckets: undefined }), /is Prometheus there/],
  ] as const)('%s', (_, lines, expected) => {
    expect(lines()).toMatch(expected);
    expect(lines().split('\n')).toHaveLength(1);
  });

  test('slow after acceptance', () => {
    const { completed, processed } = sampleResult().endToEnd;
    const endToEnd = { completed, processed: { ...processed, p95Ms: 2_000 } };
    expect(broken({ endToEnd })).toMatch(/accepted to processed: P95 2000\.0 ms/);
  });

  test('client and server that do not agree', () => {
    expect(broken({ clientP95Ms: 70 })).toMatch(/P95 of the client 70\.0 ms/);
  });
});

describe('a load that is raised step by step', () => {
  const step = (rate: number, p95Ms: number) =>
    samplePhase({ name: `${rate}/s`, rate, succeededPerSecond: rate, p95Ms });
  const phases = [step(500, 20), step(1_000, 90), step(1_500, 700), step(2_000, 100)];

  test('has its knee before the first step that broke, not at a later one that held', () => {
    expect(stepsThatHeld(phases, sampleSla).at(-1)?.name).toBe('1000/s');
  });

  test('passes with its knee where it was promised, although its last step broke', () => {
    const capacity = { scenario: 'capacity', steps: true };
    expect(broken({ ...capacity, phases })).toBe('');
    expect(broken({ ...capacity, phases: phases.slice(2) })).toMatch(
      /capacity at the edge: 0\/s, at least 1000/,
    );
  });
});

describe('what is promised of scenarios other than sla', async () => {
  const sla = await readSla();
  const lines = (changes: Partial<RunResult>) => brokenGates(sampleResult(changes), sla);

  test('restarts accept as many a second as without them', () => {
    const restarts = [{ service: 'producer', second: 40, tookSeconds: 9 }];
    const at = (succeededPerSecond: number) =>
      lines({ scenario: 'restarts', restarts, phases: [samplePhase({ succeededPerSecond })] });
    expect(at(1_000)).toEqual([]);
    expect(at(999)).toEqual(['steady: 999.0 accepted a second, at least 1000']);
  });

  test.each([
    ['edge', 1_000],
    ['producer', 2_000],
  ] as const)('capacity has its knee at the %s at %d/s or above', (through, least) => {
    const knee = (succeededPerSecond: number) =>
      lines({ scenario: 'capacity', steps: true, through, phases: [samplePhase({ succeededPerSecond })] });
    expect(knee(least)).toEqual([]);
    expect(knee(least - 1)).toEqual([`capacity at the ${through}: ${least - 1}/s, at least ${least}/s`]);
  });

  test('capacity has none when not even its first step held', () => {
    const phases = [samplePhase({ availability: 0.5 })];
    expect(lines({ scenario: 'capacity', steps: true, phases })).toEqual([
      'capacity at the edge: 0/s, at least 1000/s',
    ]);
  });
});

test('loadtest/sla.json promises what the issue asks for', async () => {
  const { acceptance, leastAcceptedPerSecond } = await readSla();
  expect(acceptance.p95Ms).toBeLessThanOrEqual(500);
  expect(acceptance.mostServerErrors).toBeLessThanOrEqual(0.001);
  expect(acceptance.leastAvailability).toBeGreaterThanOrEqual(0.999);
  expect(leastAcceptedPerSecond.sla).toBeGreaterThanOrEqual(1_000);
  expect(leastAcceptedPerSecond.producer).toBeGreaterThanOrEqual(2_000);
});
