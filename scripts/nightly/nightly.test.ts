import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readResults } from './results.ts';
import { runSuites } from './run-suites.ts';
import { judge } from './start.ts';
import { figure, type Suite } from './suite.ts';
import { parseStats } from './working-set.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightly-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const suite = (name: string, run: Suite['run'], budgetMinutes = 1): Suite => ({
  name,
  summary: name,
  budgetMinutes,
  run,
});
const good = suite('good', async () => ({ figures: [figure('speed', 12.345, 'ms')], failures: [] }));
const bad = suite('bad', async () => ({ figures: [], failures: ['1 lost | 2'] }));
const throwing = suite('throwing', () => Promise.reject(new Error('no stack')));
const endless = suite(
  'endless',
  ({ signal: budget }) =>
    new Promise((_resolve, reject) => budget.addEventListener('abort', () => reject(budget.reason))),
  0.001,
);

describe('running suites', () => {
  test('writes what was found, with commit, machine and seed', async () => {
    expect(await runSuites({ suites: [good], folder, seed: 9, signal })).toBe(true);
    const { good: result } = await readResults(folder);
    expect(result).toMatchObject({
      passed: true,
      seed: 9,
      figures: [{ name: 'speed', value: 12.35, unit: 'ms' }],
    });
    expect(result?.commit).toMatch(/^[0-9a-f]{7,}/);
    expect(result?.machine).toMatch(/\d+ cores, \d+ GiB/);
    const table = await readFile(join(folder, 'latest.md'), 'utf8');
    expect(table).toContain('| good | passed |');
    expect(table).toContain('| speed | 12.35 ms |');
  });

  test('goes on after a suite that fails, throws or takes too long, and says so in the end', async () => {
    expect(await runSuites({ suites: [bad, throwing, endless, good], folder, seed: 1, signal })).toBe(false);
    const results = await readResults(folder);
    expect(results.bad?.failures).toEqual(['1 lost | 2']);
    expect(results.throwing?.failures).toEqual(['no stack']);
    expect(results.endless?.failures.join()).toMatch(/budget of 0.001 minutes/);
    expect(results.good?.passed).toBe(true);
    expect(await readFile(join(folder, 'latest.md'), 'utf8')).toContain('1 lost \\| 2');
  });

  test('leaves the entries of other suites as they are', async () => {
    await runSuites({ suites: [bad], folder, seed: 1, signal });
    await runSuites({ suites: [good], folder, seed: 2, signal });
    const results = await readResults(folder);
    expect([results.bad?.seed, results.good?.seed]).toEqual([1, 2]);
  });

  test('writes nothing about a suite that was stopped by hand', async () => {
    const controller = new AbortController();
    const stopped = suite('stopped', async () => {
      controller.abort();
      return { figures: [], failures: ['aborted'] };
    });
    await expect(
      runSuites({ suites: [stopped], folder, seed: 1, signal: controller.signal }),
    ).rejects.toThrow();
    expect(await readResults(folder)).toEqual({});
  });
});

describe('the start suite', () => {
  const sets = [{ container: 'go-coffee-nightly-kafka-1', mebibytes: 400 }];

  test('passes within 30 s and below 2.2 GB, of which 1.5 GB are the profile minimal', () => {
    expect(judge(29.9, sets)).toMatchObject({ failures: [] });
    // Grafana is not everywhere, and does not count.
    const more = [...sets, { container: 'go-coffee-nightly-grafana-1', mebibytes: 3_000 }];
    expect(judge(29.9, more)).toMatchObject({ failures: [] });
    expect(judge(29.9, sets).figures).toContainEqual({ name: 'kafka-1', value: 400, unit: 'MiB' });
  });

  test.each([
    ['too slow', 30.1, sets],
    ['too large', 10, [...sets, { container: 'go-coffee-nightly-tempo-1', mebibytes: 1_700 }]],
    ['minimal is too large', 10, [...sets, { container: 'go-coffee-nightly-jaeger-1', mebibytes: 1_050 }]],
    ['nothing there', 10, []],
  ])('fails: %s', (_case, seconds, measured) => {
    expect(judge(seconds, measured).failures).toHaveLength(1);
  });

  test('reads docker stats', () => {
    const output = 'a-1\t367.5MiB / 1GiB\nb-1\t1.5GiB / 2GiB\nc-1\t512KiB / 1GiB\n';
    expect(parseStats(output).map(({ mebibytes }) => mebibytes)).toEqual([367.5, 1536, 0.5]);
    expect(() => parseStats('a-1\t-- / --')).toThrow(/--/);
  });
});
