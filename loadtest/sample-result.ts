import { acceptedIn } from './checked.ts';
import type { PhaseFigures } from './measurements.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

/** For tests: what is promised. */
export const sampleSla: Sla = {
  acceptance: { p95Ms: 500, leastOffered: 0.99, mostServerErrors: 0.001, leastAvailability: 0.999 },
  endToEnd: { processedP95Ms: 2_000 },
  afterwards: { lagGoneWithinMs: 60_000, serverP95MarginMs: 20 },
  growth: { mostMemory: 1.2, memoryFloorMiB: 64, mostP95: 1.5, p95FloorMs: 20 },
  leastAcceptedPerSecond: { sla: 1_000, 'capacity-edge': 1_000 },
};

export const samplePhase = (changes: Partial<PhaseFigures> = {}): PhaseFigures => ({
  ...{ name: 'steady', warmUp: false, rate: 1_010, seconds: 60, sent: 60_600, offered: 1 },
  ...{ succeededPerSecond: 1_010, availability: 1, serverErrors: 0 },
  ...{ p50Ms: 8, p95Ms: 20, p99Ms: 40, worstMs: 90, statuses: { '202': 60_600 } },
  ...changes,
});

/** A run that holds everything, with as many orders as its phases accepted. */
export function sampleResult(changes: Partial<RunResult> = {}): RunResult {
  const warmUp = samplePhase({ name: 'warm-up', warmUp: true, p95Ms: 900, statuses: {} });
  const phases = changes.phases ?? [warmUp, samplePhase()];
  return { ...sampleOf(phases, acceptedIn(phases)), ...changes };
}

const noFailures = { serverErrors: 0, refused: 0, unanswered: 0, unsent: 0 };

const sampleOf = (phases: RunResult['phases'], accepted: number): RunResult => ({
  ...{ scenario: 'sla', summary: 'what is promised', through: 'edge', steps: false, trial: false },
  ...{
    mix: { reads: 0, paymentMethod: 'counter' },
    seed: 7,
    customers: 1_212,
    connections: 253,
    generators: 1,
  },
  circumstances: {
    machine: 'a machine',
    kernel: 'Linux 6.18',
    commit: 'abc',
    date: '2026-11-25T22:00:00.000Z',
    settings: { TLS: 'on' },
  },
  phases,
  seconds: [
    { second: 0, due: 1_010, succeeded: 1_010, failed: 0, ...noFailures, p50Ms: 8, p95Ms: 20, p99Ms: 40 },
    {
      second: 1,
      due: 1_010,
      succeeded: 1_009,
      failed: 1,
      ...noFailures,
      unanswered: 1,
      p50Ms: 8,
      p95Ms: 25,
      p99Ms: 50,
    },
  ],
  generator: { lateP95Ms: 2, load: [{ second: 1, cores: 0.4 }] },
  lag: [{ second: 1, byService: { consumer: 12, streams: 30 } }],
  containers: [{ second: 1, containers: { producer: { cores: 0.6, memoryBytes: 150 * 2 ** 20 } } }],
  endToEnd: {
    processed: { count: accepted, p50Ms: 40, p95Ms: 90, p99Ms: 120 },
    completed: { count: 300, p50Ms: 200, p95Ms: 400, p99Ms: 500 },
  },
  lagGoneAfterMs: 700,
  reconciliation: {
    ...{ journal: 'a.jsonl', lost: 0, duplicated: 0, stuck: 0, servedUnpaid: 0, unknown: 0, rules: [] },
    ...{ paidTwice: 0, paidNotServed: 0 },
    figures: {
      ...{ accepted, commands: accepted, orders: accepted, acts: 1_200, events: 120_000, refused: 0 },
      ...{ settled: 300, paidOnChain: 0, conflicts: 0, deadLetters: 0, redelivered: 0 },
    },
  },
  served: { asked: 300, completed: 300 },
  settlement: undefined,
  restarts: [],
  serverBuckets: new Map([
    [0.005, 100],
    [0.025, 58_000],
    [0.05, 60_600],
    [Number.POSITIVE_INFINITY, 60_600],
  ]),
  clientP95Ms: 18,
  blind: [],
});
