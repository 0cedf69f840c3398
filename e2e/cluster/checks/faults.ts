import { expect, test } from 'vitest';
import { deleteInTurn, evictInTurn, platformPods, restartAll } from './disruption.ts';
import { Traffic, verdict } from './traffic.ts';

/**
 * A second, the mean. Two cores carry the cluster, three brokers and whoever orders as well; a rate that takes the least of
 * every service, so that no autoscaler fills the node that pods are replaced on.
 */
const customers = 4;
const clean = /^0 lost, 0 duplicated, 0 stuck/;
const say = (text: string): void => void process.stderr.write(`    ${text}\n`);

/** Customers order while `disrupt` is at work; nothing may be lost, doubled or stuck, and no answer may be wrong. */
export async function underTraffic(
  what: string,
  rate: number,
  disrupt: () => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const traffic = await Traffic.start(rate, ...options);
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

/** What every overlay survives, while customers go on ordering. */
export function faults(): void {
  test('an update of everything loses and doubles nothing', async () => {
    await underTraffic('update', customers, () =>
      restartAll([
        ...['deployment/producer', 'deployment/consumer', 'statefulset/kafka', 'statefulset/postgres'],
        'statefulset/redis',
      ]),
    );
  }, 600_000);

  test('an eviction of each pod in turn loses and doubles nothing', async () => {
    await underTraffic('evictions', customers, async () => evictInTurn(await platformPods(), say));
  }, 1_500_000);

  test('Kafka, PostgreSQL and Redis pods deleted: nothing is lost or doubled', async () => {
    await underTraffic('deletions', customers, () => deleteInTurn(['kafka', 'postgres', 'redis']));
  }, 600_000);
}
