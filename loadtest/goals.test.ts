import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goalRows, goals, goalTable, notJudged } from './goals.ts';
import type { RunResult } from './result.ts';
import { samplePhase, sampleResult, sampleSla } from './sample-result.ts';

const measuredBy = (result: RunResult, broken: readonly string[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(goalRows(result, sampleSla, broken).map(({ figure, measured }) => [figure, measured]));

describe('a row of the goals says by which load it was measured, and whether that held', () => {
  test('of sla', () => {
    const load = '(1010/s for 60 s through the edge; all gates held)';
    expect(measuredBy(sampleResult())).toEqual({
      [goals.sustainedAtEdge.figure]: `1010/s, P95 20.0 ms ${load}`,
      [goals.p95.figure]: `20.0 ms ${load}`,
      [goals.processed.figure]: `90.0 ms ${load}`,
      '5xx, without a restart': `0.000 % ${load}`,
      [goals.lost.figure]: `0 lost, 0 duplicated of 60600 ${load}`,
    });
  });

  // Guard: a trial with 50 a second is not taken for what is promised at 1000.
  test('of sla at another rate, with broken gates', () => {
    const result = sampleResult({ phases: [samplePhase({ rate: 50, seconds: 20, succeededPerSecond: 49 })] });
    for (const measured of Object.values(measuredBy(result, ['one', 'two'])))
      expect(measured).toContain('(50/s for 20 s through the edge; 2 gates broken)');
  });

  test('of a load that could not be sent by what was sent', () => {
    const result = sampleResult({ phases: [samplePhase({ rate: 1_000, offered: 0.5 })] });
    expect(measuredBy(result)[goals.p95.figure]).toContain('(500/s for 60 s ');
  });

  test('of producer', () => {
    const phases = [samplePhase({ rate: 2_020, seconds: 300, succeededPerSecond: 2_019 })];
    const rows = measuredBy(sampleResult({ scenario: 'producer', through: 'producer', phases }));
    expect(rows[goals.sustainedAtProducer.figure]).toBe(
      '2019/s, P95 20.0 ms (2020/s for 300 s at the producer; all gates held)',
    );
    expect(Object.keys(rows)).toEqual([goals.sustainedAtProducer.figure, goals.lost.figure]);
  });

  // Guard: what was sent past the edge is not told as if it had gone through it.
  test('of sla at the producer', () => {
    const rows = measuredBy(sampleResult({ through: 'producer' }));
    expect(rows).not.toHaveProperty(goals.sustainedAtEdge.figure);
    for (const measured of Object.values(rows)) expect(measured).toContain('at the producer');
  });

  test('of restarts', () => {
    const phases = [samplePhase({ seconds: 600, serverErrors: 0.0005 })];
    const rows = measuredBy(sampleResult({ scenario: 'restarts', phases }));
    expect(rows[goals.restarts.figure]).toBe('0.050 % (1010/s for 600 s through the edge; all gates held)');
  });

  test('of capacity, the knee', () => {
    const step = (rate: number, p95Ms: number) =>
      samplePhase({ name: `${rate}/s`, rate, seconds: 20, succeededPerSecond: rate, p95Ms });
    const capacity = (...phases: ReturnType<typeof step>[]): string =>
      measuredBy(sampleResult({ scenario: 'capacity', steps: true, phases }), ['the knee'])[
        'knee of accepted orders/s through the edge, SLA held in each step'
      ] ?? '';
    expect(capacity(step(100, 20), step(150, 30), step(200, 900))).toBe(
      '150/s (3 steps of 20 s from 100/s to 200/s through the edge; 1 gate broken)',
    );
    expect(capacity(step(100, 900))).toContain('below the first step');
  });

  test('of spike, with each of its loads', () => {
    const phases = [100, 1_000, 100].map((rate) => samplePhase({ rate, seconds: 30 }));
    expect(measuredBy(sampleResult({ scenario: 'spike', phases }))).toEqual({
      [goals.lost.figure]:
        '0 lost, 0 duplicated of 181800 (100/s, 1000/s, 100/s for 30 s each through the edge; all gates held)',
    });
  });
});

test('the table states machine, kernel, commit and day', () => {
  const { circumstances } = sampleResult();
  const table = goalTable(goalRows(sampleResult(), sampleSla, []), circumstances);
  expect(table).toContain(
    '| < 500 ms | < 25 ms | 20.0 ms (1010/s for 60 s through the edge; all gates held) | abc, 2026-11-25 |',
  );
  expect(table).toContain('Measured on a machine; Linux 6.18; commit abc; 2026-11-25.');
});

test('docs/performance.md has every goal as it is gated', () => {
  const text = readFileSync(new URL('../docs/performance.md', import.meta.url), 'utf8');
  for (const { figure, must, goal } of Object.values(goals))
    expect(text).toContain(`\n| ${figure} | ${must} | ${goal} | `);
});

describe('what a run does not judge', () => {
  const full = (changes: Partial<RunResult>, rate: number, seconds = 300): RunResult =>
    sampleResult({ ...changes, phases: [samplePhase({ rate, seconds })] });
  const sla = full({}, 1_010);
  const producer = full({ scenario: 'producer', through: 'producer' }, 2_020);

  // Guard: three goals that nobody has looked at are not taken for held.
  test('is named, with the command that does', () => {
    expect(notJudged([sla, producer])).toEqual([
      `${goals.bare.figure}, must 0.5: ./coffee bench accept`,
      `${goals.restarts.figure}, must < 0.1 %: ./coffee loadtest restarts`,
      `${goals.stored.figure}, must 1.2: ./coffee bench core --stored 10000000`,
    ]);
  });

  test('is more when it was too short, or too small', () => {
    const named = (...results: RunResult[]): string => notJudged(results).join('\n');
    expect(named(full({}, 1_010, 60), producer)).toContain(goals.sustainedAtEdge.figure);
    expect(named(full({}, 50), producer)).toContain(goals.p95.figure);
    expect(named(full({ scenario: 'restarts' }, 1_010, 60))).toContain(goals.restarts.figure);
    expect(named(full({ scenario: 'restarts' }, 1_010, 600))).not.toContain(goals.restarts.figure);
  });
});
