import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { benchmarkRatios, inWords, ratiosTo } from './comparison.ts';
import {
  fileOf,
  type KeptBenchmark,
  type KeptRun,
  keepBenchmark,
  keepRun,
  keptFiguresOf,
  keptOfEach,
  kindOf,
  lastBenchmark,
  lastRun,
  readHistory,
} from './history.ts';
import { samplePhase, sampleResult } from './sample-result.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'));
});
afterEach(() => rm(folder, { recursive: true }));

const figures = { acceptedPerSecond: 1_000, p50Ms: 8, p95Ms: 20, p99Ms: 40, processedP95Ms: 90 };
const kind = { scenario: 'sla', through: 'edge', rate: 1_010, seconds: 300 };
const run = (commit: string, changes: Partial<KeptRun> = {}): KeptRun => ({
  ...{ date: '2026-11-25T22:00:00Z', commit, ...kind, passed: true, figures },
  ...changes,
});
const benchmark = (commit: string, options: KeptBenchmark['options']): KeptBenchmark => ({
  ...{ name: 'core', options, date: '2026-11-25', commit, passed: true },
  figures: [{ name: 'orders', value: 2, unit: '' }],
});

describe('a run is compared', () => {
  test('with the last one of its kind, whether or not it passed', async () => {
    for (const kept of [run('a'), run('b', { passed: false }), run('c', { scenario: 'spike' })])
      await keepRun('this machine', kept, folder);
    const last = lastRun(await readHistory('this machine', folder), kind);
    expect(last?.commit).toBe('b');
    expect(last && inWords(last)).toBe('b of 2026-11-25, which did not pass');
  });

  // Guard: a trial at 50 a second is nothing that a run at 1000 can be compared with.
  test.each([
    ['rate', { rate: 50 }],
    ['duration', { seconds: 20 }],
    ['entrance', { through: 'producer' }],
  ])('with none of another %s', async (_what, other) => {
    await keepRun('this machine', run('a', other), folder);
    expect(lastRun(await readHistory('this machine', folder), kind)).toBeUndefined();
  });

  test('with none of another machine', async () => {
    await keepRun('this machine', run('a'), folder);
    expect((await readHistory('another machine', folder)).runs).toEqual([]);
  });
});

test('the kind of a run is its first load that is counted', () => {
  const phases = [
    samplePhase({ warmUp: true, rate: 1 }),
    samplePhase({ name: 'before', rate: 100, seconds: 30 }),
    samplePhase({ name: 'spike', rate: 1_000, seconds: 30 }),
  ];
  const expected = { scenario: 'spike', through: 'edge', rate: 100, seconds: 30 };
  expect(kindOf(sampleResult({ scenario: 'spike', phases }))).toEqual(expected);
  expect(kindOf(sampleResult({ phases: [] }))).toBeUndefined();
});

test('benchmarks stand beside the runs, each with its options', async () => {
  await keepRun('this machine', run('a'), folder);
  for (const kept of [benchmark('a', { stored: 1 }), benchmark('b', { stored: 10 })])
    await keepBenchmark('this machine', kept, folder);
  const history = await readHistory('this machine', folder);
  expect(history.runs).toHaveLength(1);
  expect(lastBenchmark(history, { name: 'core', options: { stored: 1 } })?.commit).toBe('a');
  expect(lastBenchmark(history, { name: 'core', options: { stored: 2 } })).toBeUndefined();
});

describe('the file of a machine', () => {
  test('says which machine it is of', () => {
    expect(basename(fileOf('2 × AMD EPYC, 24 GiB, x64'))).toBe('2-amd-epyc-24-gib-x64.json');
  });

  test('stays small: of each kind only the last are kept', async () => {
    for (let number = 1; number <= keptOfEach + 2; number += 1) {
      await keepRun('m', run(`run ${number}`), folder);
      await keepBenchmark('m', benchmark(`bench ${number}`, {}), folder);
    }
    await keepRun('m', run('other', { scenario: 'spike' }), folder);
    const { runs, benchmarks } = await readHistory('m', folder);
    expect(runs.map(({ commit }) => commit)).toEqual(['run 3', 'run 4', 'run 5', 'run 6', 'run 7', 'other']);
    expect(benchmarks).toHaveLength(keptOfEach);
  });

  test('has a line for each run, so that a new one is one line for Git', async () => {
    await keepRun('m', run('a'), folder);
    const before = (await readFile(fileOf('m', folder), 'utf8')).split('\n');
    await keepRun('m', run('b'), folder);
    const after = (await readFile(fileOf('m', folder), 'utf8')).split('\n');
    expect(after).toHaveLength(before.length + 1);
  });

  test('that is damaged is named', async () => {
    await writeFile(fileOf('m', folder), '{"machine":"m"}');
    await expect(readHistory('m', folder)).rejects.toThrow(fileOf('m', folder));
  });
});

test('figures are compared as ratios', () => {
  const ratios = Object.fromEntries(ratiosTo({ ...figures, p95Ms: 30 }, { ...figures, processedP95Ms: 0 }));
  expect(ratios).toMatchObject({ p95Ms: 1.5, acceptedPerSecond: 1 });
  expect(ratios).not.toHaveProperty('processedP95Ms');
});

test('numbers of a benchmark are compared as ratios, those that were measured before', () => {
  const number = (name: string, value: number | string) => ({ name, value, unit: '' });
  const before = { figures: [number('a', 2), number('b', 0), number('c', 'word')] };
  const now = { figures: [number('a', 3), number('b', 1), number('c', 'word'), number('d', 1)] };
  expect(benchmarkRatios(now, before)).toEqual(['a: 1.50']);
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
