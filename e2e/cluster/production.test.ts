import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { platform } from '../../scripts/cluster/cluster.ts';
import { restoreBackup } from '../../scripts/cluster/restore.ts';
import { untilRolledOut } from '../../scripts/cluster/rollout.ts';
import { agents } from './checks/agents.ts';
import { basics } from './checks/basics.ts';
import { type Autoscaler, evict, platformPods, untilGone, untilNoSurplus } from './checks/disruption.ts';
import { faults, underTraffic } from './checks/faults.ts';
import { recordFigure } from './figures.ts';
import { begin, cluster, componentOf, end, memoryOfPods, tools } from './stage.ts';

const { signal } = new AbortController();

const producers = (): Promise<Autoscaler> =>
  cluster.get<Autoscaler>(['hpa', 'producer', '--namespace', platform]);

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
      ...[
        'kafka-topics',
        '--bootstrap-server',
        'localhost:9092',
        '--command-config',
        '/tmp/own/client.properties',
        '--describe',
        '--topic',
        'orders.v1',
      ],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ReplicationFactor: 3.*min\.insync\.replicas=2/);
    expect(stdout.match(/Isr: \d,\d,\d/g)).toHaveLength(12);
  }, 60_000);

  test('a disruption budget forbids a second eviction', async () => {
    await untilRolledOut(cluster, signal);
    const [first, second] = (await platformPods()).filter((pod) => componentOf(pod) === 'kafka');
    if (!first || !second) throw new Error('There are not enough brokers.');
    expect(await evict(first)).toBe('evicted');
    expect(await evict(second)).toBeUndefined();
    await untilGone(first);
    await untilRolledOut(cluster, signal);
  }, 180_000);

  agents();

  faults();

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

  // Last: nobody serves what was ordered here.
  test('the producer scales out under load, and back', async () => {
    const three = async (): Promise<boolean> => (await producers()).status.currentReplicas === 3;
    await untilNoSurplus();
    const startedAt = performance.now();
    const scaledOut = async (): Promise<void> => {
      await poll(async () => (await producers()).status.currentReplicas > 3, {
        deadlineMs: 180_000,
        intervalMs: 2_000,
        what: 'more than 3 producers',
      });
      await recordFigure('HPA: from load to more producers', (performance.now() - startedAt) / 1000, 's');
      await untilRolledOut(cluster, signal);
      await recordFigure('memory of all pods under load', await memoryOfPods(), 'MiB');
    };
    // As many customers as it takes; that they are served as well is what the faults above are about.
    await underTraffic('load', 150, scaledOut, '--no-kitchen');
    await poll(three, { deadlineMs: 420_000, intervalMs: 2_000, what: '3 producers again' });
    await recordFigure('HPA: from load to 3 producers again', (performance.now() - startedAt) / 1000, 's');
  }, 1_200_000);
});
