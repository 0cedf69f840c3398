import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { platform } from '../../scripts/cluster/cluster.ts';
import { restoreBackup } from '../../scripts/cluster/restore.ts';
import { untilRolledOut } from '../../scripts/cluster/rollout.ts';
import { basics } from './checks/basics.ts';
import {
  deleteInTurn,
  evict,
  evictInTurn,
  platformPods,
  restartAll,
  untilGone,
} from './checks/disruption.ts';
import { Traffic, verdict } from './checks/traffic.ts';
import { recordFigure } from './figures.ts';
import { begin, cluster, componentOf, end, memoryOfPods, tools } from './stage.ts';

const clean = /^0 lost, 0 duplicated, 0 stuck/;
const { signal } = new AbortController();
const say = (text: string): void => void process.stderr.write(`    ${text}\n`);

interface Autoscaler {
  readonly status: { readonly currentReplicas: number; readonly desiredReplicas: number };
}
const producers = (): Promise<Autoscaler> =>
  cluster.get<Autoscaler>(['hpa', 'producer', '--namespace', platform]);

/** Customers order while `disrupt` is at work; nothing may be lost, doubled or stuck, and no answer may be wrong. */
async function underTraffic(what: string, rate: number, disrupt: () => Promise<void>): Promise<void> {
  const traffic = Traffic.start(rate);
  const startedAt = performance.now();
  let failure: unknown;
  try {
    await disrupt();
  } catch (error) {
    failure = error;
  }
  const { traffic: said, reconcile, wrongAnswers } = await traffic.stopAndReconcile();
  say(`${what}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s:\n${said}\n${verdict(reconcile)}`);
  if (failure) throw failure;
  expect(verdict(reconcile), reconcile).toMatch(clean);
  expect(wrongAnswers, said).toBe(0);
}

/** The tests go on from each other: what was ordered in one is still there in the next. */
describe('overlays/production', () => {
  beforeAll(async () => {
    const startedAt = performance.now();
    await begin('production');
    await recordFigure(
      'production: from kubectl apply to ready',
      (performance.now() - startedAt) / 1000,
      's',
    );
  }, 600_000);
  afterAll(end, 240_000);

  basics({ backup: true });

  test('orders are on three brokers, and two of them are enough', async () => {
    const { code, stdout } = await cluster.exec('kafka-1', [
      ...['kafka-topics', '--bootstrap-server', 'localhost:9092', '--describe', '--topic', 'orders.v1'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ReplicationFactor: 3.*min\.insync\.replicas=2/);
    expect(stdout.match(/Isr: \d,\d,\d/g)).toHaveLength(12);
  }, 60_000);

  test('the producer scales out under load, and back', async () => {
    expect((await producers()).status.currentReplicas).toBe(3);
    const startedAt = performance.now();
    await underTraffic('load', 150, async () => {
      await poll(async () => (await producers()).status.currentReplicas > 3, {
        deadlineMs: 180_000,
        intervalMs: 2_000,
        what: 'more than 3 producers',
      });
      await recordFigure('HPA: from load to more producers', (performance.now() - startedAt) / 1000, 's');
      await untilRolledOut(cluster, signal);
      await recordFigure('memory of all pods under load', await memoryOfPods(), 'MiB');
    });
    await poll(async () => (await producers()).status.currentReplicas === 3, {
      deadlineMs: 420_000,
      intervalMs: 2_000,
      what: '3 producers again',
    });
    await recordFigure('HPA: from load to 3 producers again', (performance.now() - startedAt) / 1000, 's');
  }, 900_000);

  test('a disruption budget forbids a second eviction', async () => {
    await untilRolledOut(cluster, signal);
    const [first, second] = (await platformPods()).filter((pod) => componentOf(pod) === 'kafka');
    if (!first || !second) throw new Error('There are not enough brokers.');
    expect(await evict(first)).toBe(true);
    expect(await evict(second)).toBe(false);
    await untilGone(first);
    await untilRolledOut(cluster, signal);
  }, 180_000);

  test('an update of everything loses and doubles nothing', async () => {
    await underTraffic('update', 20, () =>
      restartAll([
        ...['deployment/producer', 'deployment/consumer', 'statefulset/kafka', 'statefulset/postgres'],
        'statefulset/redis',
      ]),
    );
  }, 600_000);

  test('an eviction of each pod in turn loses and doubles nothing', async () => {
    await underTraffic('evictions', 20, async () => evictInTurn(await platformPods(), say));
  }, 900_000);

  test('Kafka, PostgreSQL and Redis pods deleted: nothing is lost or doubled', async () => {
    await underTraffic('deletions', 20, () => deleteInTurn(['kafka', 'postgres', 'redis']));
  }, 600_000);

  test('a backup is restored into an empty namespace, with all orders', async () => {
    const job = ['job', 'backup-now', '--namespace', platform];
    await cluster.kubectl(['create', ...job, '--from=cronjob/postgres-backup']);
    await cluster.kubectl([
      'wait',
      '--for=condition=Complete',
      'job/backup-now',
      '--namespace',
      platform,
      '--timeout=180s',
    ]);
    const psql = [
      'psql',
      '--username',
      'postgres',
      '--dbname',
      'coffee',
      '--tuples-only',
      '--no-align',
      '--command',
    ];
    const { stdout } = await cluster.exec('postgres-0', [...psql, 'select count(*) from orders.orders']);
    const { orders } = await restoreBackup(cluster, signal);
    expect(orders).toBe(Number(stdout));
    expect(orders).toBeGreaterThan(100);
    // An empty namespace only.
    await expect(restoreBackup(cluster, signal)).rejects.toThrow('There are orders in namespace');
    expect((await tools('order', '--json')).code).toBe(0);
  }, 300_000);
});
