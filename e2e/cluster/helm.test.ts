import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { platform } from '../../scripts/cluster/cluster.ts';
import { readConnection } from '../../scripts/cluster/connection.ts';
import { removePlatform } from '../../scripts/cluster/rollout.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type RunResult, run } from '../../scripts/docker/run.ts';
import { chartFolder } from '../../scripts/helm/chart-files.ts';
import { helmProgram } from '../../scripts/helm/helm-program.ts';
import { chartReleases } from '../../scripts/helm/releases.ts';
import { cluster, componentOf, runningPods } from './stage.ts';

const { signal } = new AbortController();
const { kubeconfig, context } = (await readConnection()).access;
const chart = join(repositoryRoot, chartFolder);
const localValues = ['--values', join(chart, 'ci', 'local-values.yaml')];
const untilReady = ['--wait', '--timeout', '8m'];

let program = '';

async function helm(...args: readonly string[]): Promise<RunResult> {
  const result = await run(program, [...args, ...(context ? ['--kube-context', context] : [])], {
    env: kubeconfig ? { KUBECONFIG: kubeconfig } : {},
  });
  expect(result.code, `helm ${args[0]}: ${result.stdout}${result.stderr}`).toBe(0);
  return result;
}

/** The pod of each part: another one after a restart. */
async function podsByPart(): Promise<Map<string, string>> {
  const pods = (await runningPods()).filter((pod) => componentOf(pod) !== 'bootstrap');
  return new Map(pods.map((pod) => [componentOf(pod), pod.metadata.uid]));
}

const logLevel = async (): Promise<string | undefined> =>
  (await cluster.get<{ data: Record<string, string> }>(['configmap', 'producer-environment', '-n', platform]))
    .data.LOG_LEVEL;

async function orders(): Promise<number> {
  const count = 'select count(*) from orders.orders';
  const psql = [
    'psql',
    '--username=postgres',
    '--dbname=coffee',
    '--tuples-only',
    '--no-align',
    '--command',
    count,
  ];
  const { code, stdout, stderr } = await cluster.exec('postgres-0', psql);
  expect(code, stderr).toBe(0);
  return Number(stdout);
}

/** The tests go on from each other. */
describe('the Helm chart', () => {
  beforeAll(async () => {
    program = await helmProgram(signal);
    await removePlatform(cluster);
  }, 1_200_000);
  afterAll(async () => {
    await run(program, ['uninstall', 'go-coffee', '--ignore-not-found'], {
      env: kubeconfig ? { KUBECONFIG: kubeconfig } : {},
    });
    await removePlatform(cluster);
  }, 300_000);

  test('is installed, with the values of the last release, and waited for', async () => {
    const [released] = (await chartReleases()).toSorted((a, b) =>
      b.version.localeCompare(a.version, 'en', { numeric: true }),
    );
    if (!released) throw new Error('helm/released has no release.');
    const values = ['--values', released.values, ...localValues];
    // Priority classes are no namespace's: other suites leave them behind.
    await helm('install', 'go-coffee', chart, '--take-ownership', ...values, ...untilReady);
  }, 600_000);

  test('has a test that passes', async () => {
    const { stdout } = await helm('test', 'go-coffee', '--timeout', '3m');
    expect(stdout).toContain('Succeeded');
    // As the notes of the installation say.
    const logs = await cluster.kubectl(['logs', '--namespace', platform, 'smoke-test']);
    expect(logs.stdout).toContain('trace');
    expect(await orders()).toBe(1);
  }, 240_000);

  test('is upgraded with the values that it has, and restarts what changes', async () => {
    const before = await podsByPart();
    const change = ['--set', 'environment.producer.LOG_LEVEL=debug'];
    await helm('upgrade', 'go-coffee', chart, '--reuse-values', ...change, ...untilReady);
    const after = await podsByPart();
    expect(await logLevel()).toBe('debug');
    expect([...before.keys()].filter((part) => before.get(part) !== after.get(part))).toEqual(['producer']);
    await helm('test', 'go-coffee', '--timeout', '3m');
  }, 600_000);

  test('is rolled back', async () => {
    await helm('rollback', 'go-coffee', '1', ...untilReady);
    expect(await logLevel()).toBe('info');
    await helm('test', 'go-coffee', '--timeout', '3m');
    expect(await orders()).toBe(3);
  }, 600_000);

  test('leaves data and secrets when it is uninstalled, and goes on from them', async () => {
    await helm('uninstall', 'go-coffee', '--wait', '--timeout', '4m');
    // Deployments are gone; the garbage collector takes their pods.
    await poll(async () => (await runningPods()).length === 0, {
      deadlineMs: 120_000,
      intervalMs: 1_000,
      what: 'the pods to go',
    });
    await helm('install', 'go-coffee', chart, '--take-ownership', ...localValues, ...untilReady);
    expect(await orders()).toBe(3);
    await helm('test', 'go-coffee', '--timeout', '3m');
  }, 900_000);
});
