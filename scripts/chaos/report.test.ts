import { describe, expect, it } from 'vitest';
import { figuresOf } from '../nightly/chaos.ts';
import type { Report } from '../reconcile/report.ts';
import { Statistics } from '../traffic/statistics.ts';
import { type ChaosReport, type FaultOutcome, findingsOf, toMarkdown, trafficFigures } from './report.ts';

const fault: FaultOutcome = {
  atMs: 20_000,
  service: 'kafka',
  fault: { kind: 'latency', delayMs: 300, jitterMs: 20 },
  lastsMs: 4_200,
  time: '2026-01-01T00:00:20.000Z',
  healthyAfterMs: 1_200,
  withoutAcceptanceMs: 700,
  problem: undefined,
};
const statistics = new Statistics();
const traffic = trafficFigures(statistics);
const reconciliation: Report = {
  journal: 'journal.jsonl',
  lost: 0,
  duplicated: 0,
  stuck: 0,
  servedUnpaid: 0,
  paidTwice: 0,
  paidNotServed: 0,
  unknown: 0,
  figures: { accepted: 100 } as Report['figures'],
  rules: [],
};
const report = (findings: string[]): ChaosReport => ({
  ...{ seed: 7, orders: 100, rate: 10, everyMs: 20_000, durationMs: 60_000, without: [] },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:02:00.000Z' },
  ...{ faults: [fault], traffic, reconciliation, findings },
});

describe('findings', () => {
  it('are none when all is as it must be', () => {
    expect(findingsOf(100, [fault], traffic, reconciliation)).toEqual([]);
    expect(findingsOf(undefined, [fault], traffic, reconciliation)).toEqual([]);
  });

  it.each<[string, Parameters<typeof findingsOf>, RegExp]>([
    ['too few orders', [101, [fault], traffic, reconciliation], /only 100 of 101/],
    ['no fault at all', [100, [], traffic, reconciliation], /single fault/],
    [
      'a fault that could not be made',
      [100, [{ ...fault, problem: 'could not be made: no' }], traffic, reconciliation],
      /kafka: latency of 300 ± 20 ms for 4\.2 s: could not be made/,
    ],
    ['customers left out', [100, [fault], { ...traffic, dropped: 3 }, reconciliation], /3 customers/],
    [
      'wrong answers',
      [100, [fault], { ...traffic, errors: { 'status 500': 2 } }, reconciliation],
      /2 wrong.*500/,
    ],
    [
      'a lost order',
      [
        100,
        [fault],
        traffic,
        {
          ...reconciliation,
          lost: 1,
          rules: [
            {
              category: 'lost',
              rule: 'accepted, but not in Kafka',
              orders: 1,
              first: [{ orderId: 'x', look: 'there' }],
            },
          ],
        },
      ],
      /1 lost: accepted, but not in Kafka \(x, there\)/,
    ],
  ])('name %s', (_case, args, expected) => {
    const findings = findingsOf(...args);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(expected);
  });
});

describe('the report', () => {
  it('is a table of faults with a verdict and the seed', () => {
    const text = toMarkdown(report([]));
    expect(text).toContain('# Chaos, seed 7: passed');
    expect(text).toContain('| 20.0 s | kafka: latency of 300 ± 20 ms for 4.2 s | 1.2 s | 0.7 s |');
    expect(toMarkdown(report(['1 lost | x']))).toContain('# Chaos, seed 7: FAILED');
  });

  it('is complete in the figures of the nightly suite', () => {
    const figures = Object.fromEntries(figuresOf(report([])).map(({ name, value }) => [name, value]));
    expect(figures).toMatchObject({
      seed: 7,
      accepted: 100,
      lost: 0,
      faults: 1,
      'faults: kafka, latency': 1,
    });
    expect(figures['at 20.0 s, kafka: latency of 300 ± 20 ms for 4.2 s']).toBe(
      'healthy after 1.2 s, 0.7 s without a 202',
    );
  });
});
