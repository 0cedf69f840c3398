import { describe, expect, test } from 'vitest';
import { brokenChecks, brokenRestarts } from './checked.ts';
import { brokenGates } from './gates.ts';
import type { RunResult } from './result.ts';
import { samplePhase, sampleResult, sampleSla } from './sample-result.ts';

const phases = [
  samplePhase({ warmUp: true, statuses: { '202': 30 } }),
  samplePhase({ statuses: { '200': 500, '202': 1_000, '503': 3, '0': 2 } }),
];
const run = (accepted: number, processed: number, changes: Partial<RunResult> = {}): RunResult => {
  const { reconciliation, endToEnd } = sampleResult();
  return sampleResult({
    phases,
    reconciliation: { ...reconciliation, figures: { ...reconciliation.figures, accepted } },
    endToEnd: { ...endToEnd, processed: { ...endToEnd.processed, count: processed } },
    ...changes,
  });
};

describe('a run passes only when it was checked:', () => {
  test('each 202, of the warm-up too, is an order that was reconciled', () => {
    expect(brokenChecks(run(1_030, 1_000))).toEqual([]);
    expect(brokenChecks(run(1_029, 1_000))).toEqual([
      '1030 requests were answered with 202, and 1029 orders with a receipt were reconciled: --journal a.jsonl',
    ]);
    expect(brokenChecks(run(1_031, 1_000))).toHaveLength(1);
  });

  test('each 202 that counts was processed, and more may be, as nobody knows of some answers', () => {
    expect(brokenChecks(run(1_030, 1_002))).toEqual([]);
    expect(brokenChecks(run(1_030, 999))).toEqual([
      'accepted to processed: known of 999 orders, and 1000 were accepted',
    ]);
  });

  test('of a run that is longer than the outbox keeps its rows, those that are left may be fewer', () => {
    const long = [
      phases[0] ?? samplePhase(),
      { ...samplePhase({ statuses: { '202': 1_000 } }), seconds: 7_200 },
    ];
    expect(brokenChecks(run(1_030, 400, { phases: long }))).toEqual([]);
  });

  test('both are gates', () => {
    expect(brokenGates(run(1_029, 999), sampleSla)).toHaveLength(2);
  });
});

describe('a run with restarts passes only when', () => {
  const restarted = (second: number, tookSeconds: number) =>
    sampleResult({
      scenario: 'restarts',
      phases: [samplePhase({ warmUp: true, seconds: 30 }), samplePhase({ seconds: 60 })],
      restarts: [
        { service: 'consumer', second: 40, tookSeconds: 5 },
        { service: 'producer', second, tookSeconds },
      ],
    });

  test('each was over before the load was', () => {
    expect(brokenRestarts(restarted(75, 15))).toEqual([]);
    expect(brokenRestarts(restarted(75, 16))).toEqual([
      'producer was restarted after the load had ended: until 91 s, and the load was over at 90 s',
    ]);
    expect(brokenGates(restarted(95, 1), sampleSla).join()).toMatch(/until 96 s/);
  });

  test('there were any', () => {
    const scenario = 'restarts';
    expect(brokenRestarts(sampleResult({ scenario, restarts: [] }))).toEqual(['nothing was restarted']);
  });
});
