import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { KubeObject } from './api.ts';
import type { Clock } from './clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { fenced } from './fenced-api.ts';
import { DeploymentLease } from './lease.ts';

const { signal } = new AbortController();

/** Time that a test lets pass, a second at a time, with everything that happens in it. */
class ManualClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<{ readonly until: number; readonly resolve: () => void }>();

  now(): number {
    return this.#now;
  }

  pause(ms: number, aborted: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (aborted.aborted) resolve();
      const waiting = { until: this.#now + ms, resolve };
      this.#waiting.add(waiting);
      aborted.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Time passes, and nothing happens in it. */
  sleep(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.#now += 1_000;
      for (const waiting of this.#waiting)
        if (waiting.until <= this.#now) {
          this.#waiting.delete(waiting);
          waiting.resolve();
        }
      for (let round = 0; round < 20; round += 1) await turn();
    }
  }
}

const holderOf = async (cluster: FakeCluster): Promise<string | undefined> =>
  (await cluster.get<KubeObject & { spec: { holderIdentity: string } }>('lease', 'deployment'))?.spec
    .holderIdentity;

test('the second deployment is refused by the name of the first, as long as that renews', async () => {
  const cluster = new FakeCluster();
  const clock = new ManualClock();
  const first = await DeploymentLease.take(cluster, 'first', clock, signal);
  await clock.pass(60);
  const second = DeploymentLease.take(cluster, 'second', clock, signal);
  const refused = expect(second).rejects.toThrow('Another deployment is at work: first');
  await clock.pass(20);
  await refused;
  expect(first.lost.aborted).toBe(false);
  await first[Symbol.asyncDispose]();
});

test('one that has ended leaves nothing to wait for', async () => {
  const cluster = new FakeCluster();
  const clock = new ManualClock();
  await (await DeploymentLease.take(cluster, 'first', clock, signal))[Symbol.asyncDispose]();
  const second = await DeploymentLease.take(cluster, 'second', clock, signal);
  expect(await holderOf(cluster)).toBe('second');
  await second[Symbol.asyncDispose]();
  expect(await holderOf(cluster)).toBeUndefined();
});

test('one that was killed is followed when its lease has not moved for its length', async () => {
  const cluster = new FakeCluster();
  const dead = new ManualClock();
  await DeploymentLease.take(cluster, 'killed', dead, signal);
  const clock = new ManualClock();
  const second = DeploymentLease.take(cluster, 'second', clock, signal);
  await clock.pass(14);
  expect(await holderOf(cluster)).toBe('killed');
  await clock.pass(3);
  const taken = await second;
  expect(await holderOf(cluster)).toBe('second');
  // Guard: one that was only paused finds that it is not its turn any more.
  await taken[Symbol.asyncDispose]();
});

// Guard: whoever wakes up behind the end of its lease changes nothing, before any timer has told it.
test('one that was paused changes nothing when it goes on', async () => {
  const cluster = new FakeCluster();
  const paused = new ManualClock();
  const lease = await DeploymentLease.take(cluster, 'paused', paused, signal);
  const api = fenced(cluster, lease);
  await api.patch('lease', 'deployment', { metadata: {} });
  paused.sleep(15);
  const calls = cluster.calls.length;
  const changes = [
    () => api.patch('service', 'producer', {}),
    () => api.apply([]),
    () => api.remove('job', 'smoke'),
    () => api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } }),
    () => api.replace({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } }),
  ];
  for (const change of changes)
    await expect(change()).rejects.toThrow('The lease of this deployment is lost');
  expect(cluster.calls).toHaveLength(calls);
  expect(lease.lost.aborted).toBe(true);
  expect(await api.get('service', 'producer')).toBeUndefined();
  await lease[Symbol.asyncDispose]();
});

test('one that was paused and followed stops', async () => {
  const cluster = new FakeCluster();
  const paused = new ManualClock();
  const first = await DeploymentLease.take(cluster, 'paused', paused, signal);
  const clock = new ManualClock();
  const following = DeploymentLease.take(cluster, 'second', clock, signal);
  await clock.pass(17);
  const second = await following;
  await paused.pass(20);
  expect(first.lost.aborted).toBe(true);
  expect(await holderOf(cluster)).toBe('second');
  await first[Symbol.asyncDispose]();
  expect(await holderOf(cluster)).toBe('second');
  await second[Symbol.asyncDispose]();
});
