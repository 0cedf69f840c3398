import { describe, expect, test } from 'vitest';
import { run, standing, type Told, withVersion1 } from './simulated-deployment.ts';
import { StateStore } from './state.ts';

const bad = { 2: 'fails under traffic' } as const;
const version1Works = { asked: ['blue', 'blue'], working: 'blue', blue: [3, 2] };

/** A cluster in which something happens as soon as version 2 works. */
async function onceGreenWorks(happens: (cluster: Awaited<ReturnType<typeof withVersion1>>) => void) {
  const cluster = await withVersion1(bad);
  const creating = cluster.create.bind(cluster);
  cluster.create = async (object) => {
    if (object.metadata.name.startsWith('watch-')) happens(cluster);
    return creating(object);
  };
  return cluster;
}

// Guard: nobody is left with the bad version because the old one lacks a pod or a moment's patience.
describe('on the way back', () => {
  test('one pod of each is enough, where there is no room for all', async () => {
    const cluster = await onceGreenWorks(({ room }) => room.set('producer', 1));
    const told: Told = { lines: [], news: [] };
    expect(await run(cluster, '2', told)).toMatchObject({ deployed: false });
    expect(standing(cluster)).toMatchObject(version1Works);
    expect(told.lines.join('\n')).toContain('producer is not ready after 60 s: 1 of 3 pods are available');
    expect(cluster.outages).toEqual([]);
  });

  test('what fails is done again', async () => {
    const cluster = await onceGreenWorks(({ failing }) => failing.set('activate-blue', 2));
    const told: Told = { lines: [], news: [] };
    expect(await run(cluster, '2', told)).toMatchObject({ deployed: false });
    expect(standing(cluster)).toMatchObject(version1Works);
    expect(told.lines.filter((line) => line.startsWith('  not yet: Job activate-blue-'))).toHaveLength(2);
    expect(told.news.at(-1)).toMatchObject({ kind: 'rolled back' });
  });

  test('what can not be done at all ends with an error, and a run later goes on', async () => {
    const cluster = await onceGreenWorks(({ room }) => room.set('producer', 0));
    const told: Told = { lines: [], news: [] };
    await expect(run(cluster, '2', told)).rejects.toThrow('producer is not ready after');
    expect(told.news.at(-1)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('producer is not ready after'),
    });
    expect(await new StateStore(cluster).load()).toMatchObject({ phase: 'back', step: 'watch' });
    cluster.room.clear();
    expect(await run(cluster, '2')).toMatchObject({ deployed: false });
    expect(standing(cluster)).toMatchObject(version1Works);
  });

  test('no autoscaler has taken away the pods to go back to, and they are there again afterwards', async () => {
    const seen: boolean[] = [];
    const cluster = await onceGreenWorks(({ objects }) =>
      seen.push(objects.has('horizontalpodautoscaler/producer')),
    );
    await run(cluster, '2');
    expect(seen).toEqual([false]);
    expect(cluster.objects.has('horizontalpodautoscaler/producer')).toBe(true);
    expect(cluster.objects.has('horizontalpodautoscaler/consumer')).toBe(true);
  });

  test('no Job that lets the new version work comes late', async () => {
    const cluster = await onceGreenWorks(() => undefined);
    await run(cluster, '2');
    const removed = cluster.calls.findLastIndex((call) => call.startsWith('remove job/activate-green-'));
    const moved = cluster.calls.findIndex((call) => call.startsWith('create job/activate-blue-'));
    expect(removed).toBeGreaterThan(
      cluster.calls.findIndex((call) => call.startsWith('create job/activate-green-')),
    );
    expect(removed).toBeLessThan(moved);
  });
});
