import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { baselineOf, keepBenchmark, keepRun, keptFiguresOf, ratiosTo, readHistory } from './history.ts';
import { samplePhase, sampleResult } from './sample-result.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'));
});
afterEach(() => rm(folder, { recursive: true }));

const figures = { acceptedPerSecond: 1_000, p50Ms: 8, p95Ms: 20, p99Ms: 40, processedP95Ms: 90 };
const run = (commit: string, passed = true, scenario = 'sla') => ({
  ...{ date: '2026-11-25T22:00:00Z', commit, scenario, through: 'edge', passed, figures },
});

test('a run is compared with the last one of its scenario that passed, on the same machine', async () => {
  for (const kept of [run('a'), run('b'), run('c', false), run('d', true, 'spike')])
    await keepRun('this machine', kept, folder);
  const history = await readHistory('this machine', folder);
  expect(baselineOf(history, { scenario: 'sla', through: 'edge' })?.commit).toBe('b');
  expect(baselineOf(history, { scenario: 'sla', through: 'producer' })).toBeUndefined();
  expect((await readHistory('another machine', folder)).runs).toEqual([]);
});

test('benchmarks stand beside the runs, the last of each', async () => {
  await keepRun('this machine', run('a'), folder);
  const benchmark = (commit: string) => ({
    date: '2026-11-25',
    commit,
    figures: [{ name: 'x', value: 1, unit: '' }],
  });
  await keepBenchmark('this machine', 'core', benchmark('a'), folder);
  await keepBenchmark('this machine', 'core', benchmark('b'), folder);
  const { runs, benchmarks } = await readHistory('this machine', folder);
  expect(runs).toHaveLength(1);
  expect(benchmarks.core?.commit).toBe('b');
});

test('figures are compared as ratios', () => {
  const ratios = Object.fromEntries(ratiosTo({ ...figures, p95Ms: 30 }, figures));
  expect(ratios).toMatchObject({ p95Ms: 1.5, acceptedPerSecond: 1 });
});

test('a series of steps is known by the last one that held', () => {
  const steps = [
    samplePhase({ name: '1', succeededPerSecond: 1 }),
    samplePhase({ name: '2', succeededPerSecond: 2 }),
  ];
  const result = sampleResult({ steps: true, phases: steps });
  expect(keptFiguresOf(result, steps.slice(0, 1))?.acceptedPerSecond).toBe(1);
  expect(keptFiguresOf(result, [])).toBeUndefined();
});
