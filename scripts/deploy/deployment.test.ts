import { describe, expect, test } from 'vitest';
import type { KubeObject } from './api.ts';
import { colourLabel } from './colours.ts';
import { differenceOf } from './dry-run.ts';
import { type Behaviour, type FakeCluster, Killed } from './fake-cluster.ts';
import type { DeploymentObject } from './pods.ts';
import { sampleEnvironment, sampleTools } from './sample-environment.ts';
import { run, standing, type Told, withVersion1 } from './simulated-deployment.ts';
import { StateStore } from './state.ts';

interface JobSpec {
  readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

const version1Works = {
  asked: ['blue', 'blue'],
  working: 'blue',
  blue: [3, 2],
};
const version2Works = {
  asked: ['green', 'green'],
  working: 'green',
  blue: [0, 0],
  green: [3, 2],
};

describe('a good version', () => {
  test('keeps its pods when the manifests are applied again', async () => {
    const cluster = await withVersion1();
    await run(cluster, '2');
    // As far as an API server would have it: a Job can't be changed.
    await cluster.apply(sampleEnvironment('1').filter(({ kind }) => kind !== 'Job'));
    expect(standing(cluster)).toEqual(version2Works);
  });

  test('works in the other colour, with as many pods, and nobody noticed', async () => {
    const cluster = await withVersion1();
    const told: Told = { lines: [], news: [] };
    expect(await run(cluster, '2', told)).toEqual({ deployed: true, colour: 'green' });
    expect(standing(cluster)).toEqual(version2Works);
    expect(cluster.outages).toEqual([]);
    expect(told.news.map(({ kind }) => kind)).toEqual(['began', 'succeeded']);
    expect(cluster.objects.has('service/producer-candidate')).toBe(false);
  });

  test('comes back to blue with the next one', async () => {
    const cluster = await withVersion1();
    await run(cluster, '2');
    expect(await run(cluster, '3')).toEqual({ deployed: true, colour: 'blue' });
    expect(standing(cluster)).toMatchObject({
      asked: ['blue', 'blue'],
      working: 'blue',
      blue: [3, 2],
      green: [0, 0],
    });
    expect(cluster.outages).toEqual([]);
  });

  test('is asked by nobody before it was tried, and works only then', async () => {
    const cluster = await withVersion1();
    cluster.calls.length = 0;
    await run(cluster, '2');
    const at = (call: RegExp): number => cluster.calls.findIndex((one) => call.test(one));
    const pinned = at(/^patch service\/producer$/);
    expect(pinned).toBeLessThan(at(/^apply deployment\/producer-green$/));
    expect(at(/^create job\/smoke-/)).toBeLessThan(at(/^create job\/activate-green-/));
    expect(at(/^create job\/migrate-/)).toBeLessThan(at(/^apply deployment\/producer-green$/));
    // Not before requests come: it would take away the pods that wait for them.
    expect(at(/^apply horizontalpodautoscaler\/producer-green$/)).toBeGreaterThan(
      at(/^create job\/activate-green-/),
    );
  });

  test('gets the pods that an autoscaler has added meanwhile', async () => {
    const cluster = await withVersion1();
    const scaling = cluster.create.bind(cluster);
    cluster.create = async (object) => {
      if (object.metadata.name.startsWith('objectives-') && cluster.working === 'blue')
        await cluster.patch('deployment', 'producer', { spec: { replicas: 7 } });
      return scaling(object);
    };
    await run(cluster, '2');
    expect(standing(cluster).green).toEqual([7, 2]);
  });
});

// Guard: a version that is not as it must be goes back by itself.
describe.each<[Behaviour, string]>([
  ['never ready', 'is not ready after 300 s'],
  ['crashes', 'has crashed 5 times'],
  ['no image', 'ErrImagePull'],
  ['bad migration', 'Job migrate-'],
  ['fails its smoke test', 'Job smoke-'],
  ['leaks', 'grows under traffic: from 1'],
  ['runs out of memory', 'has restarted'],
  ['restarts while it is tried', 'has restarted'],
  ['fails under traffic', 'Job watch-'],
])('a version that %s', (behaviour, reason) => {
  test('goes back by itself, says why, and nobody noticed', async () => {
    const cluster = await withVersion1({ 2: behaviour });
    const told: Told = { lines: [], news: [] };
    const outcome = await run(cluster, '2', told);
    expect(outcome).toEqual({ deployed: false, reason: expect.stringContaining(reason) });
    expect(standing(cluster)).toMatchObject(version1Works);
    expect(standing(cluster).green.every((count) => !count)).toBe(true);
    expect(cluster.outages).toEqual([]);
    expect(told.news.at(-1)).toMatchObject({ kind: 'rolled back', reason: expect.stringContaining(reason) });
    const state = await new StateStore(cluster).load();
    expect(state).toMatchObject({ phase: 'rolled back', reason: expect.stringContaining(reason) });
  });

  test('leaves room for a good one', async () => {
    const cluster = await withVersion1({ 2: behaviour });
    await run(cluster, '2');
    expect(await run(cluster, '3')).toEqual({ deployed: true, colour: 'green' });
    expect(standing(cluster)).toEqual(version2Works);
    expect(cluster.outages).toEqual([]);
  });
});

// Guard: nothing is tried on ground that gives way.
test('a change of what both colours share that does not get ready ends it there, by name', async () => {
  const cluster = await withVersion1({ 4: 'never ready' });
  expect(await run(cluster, '2')).toEqual({
    deployed: false,
    reason: 'edge is not ready after 600 s: 0 of 1 pods are available.',
  });
  expect(cluster.calls.some((call) => call.startsWith('create job/migrate-'))).toBe(false);
  expect(standing(cluster)).toMatchObject(version1Works);
});

test('who waits for a node says what the scheduler says', async () => {
  const cluster = await withVersion1({ 2: 'no room' });
  expect(await run(cluster, '2')).toEqual({
    deployed: false,
    reason: expect.stringMatching(/^consumer-green is not ready .*0 of 2 pods .*0\/1 nodes are available/),
  });
});

// Guard: what leaks goes before it has run out, and takes no request with it.
test('a version that leaks goes while there is room, and where nobody measures people are told', async () => {
  const cluster = await withVersion1({ 2: 'leaks' });
  const outcome = await run(cluster, '2');
  const [, grown = '', limit = ''] =
    /to (\d+) MiB, its limit is (\d+) MiB/.exec(JSON.stringify(outcome)) ?? [];
  expect(Number(limit)).toBe(512);
  expect(Number(grown)).toBeLessThan(512 * 0.7);

  cluster.measuresMemory = false;
  const told: Told = { lines: [], news: [] };
  expect(await run(cluster, '3', told)).toMatchObject({ deployed: true });
  expect(told.lines.join('\n')).toContain('nobody measures memory here');
});

// Guard: the way back must not depend on the new version.
test('work is moved, and moved back, by the version that was there before', async () => {
  const cluster = await withVersion1({ 2: 'fails under traffic' });
  const images: string[] = [];
  const creating = cluster.create.bind(cluster);
  cluster.create = async (object) => {
    const { containers } = (object.spec as JobSpec).template.spec;
    if (object.metadata.name.startsWith('activate-')) images.push(...containers.map(({ image }) => image));
    return creating(object);
  };
  expect(await run(cluster, '2')).toMatchObject({ deployed: false });
  expect(images).toEqual(['go-coffee/service:1', 'go-coffee/service:1']);
});

// Guard: whoever gives its work up starts anew, which is no crash, and old pods have crashed some day.
test('waits for old pods that come back, whatever their past', async () => {
  const cluster = await withVersion1({ 2: 'fails under traffic' });
  let unready = 0;
  const getting = cluster.get.bind(cluster);
  cluster.get = async <T extends KubeObject>(kind: string, name: string): Promise<T | undefined> => {
    const found = await getting<T & DeploymentObject>(kind, name);
    if (name !== 'producer' || kind !== 'deployment' || cluster.working === 'blue' || unready >= 3)
      return found;
    unready += 1;
    return found && { ...found, status: { ...found.status, availableReplicas: 0 } };
  };
  const listing = cluster.list.bind(cluster);
  cluster.list = async <T extends KubeObject>(
    kind: string,
    selector: Readonly<Record<string, string>>,
  ): Promise<T[]> => {
    const pods = await listing<T>(kind, selector);
    if (selector[colourLabel] === 'green') return pods;
    const status = { containerStatuses: [{ name: 'main', restartCount: 9, state: {} }] };
    return pods.map((pod) => ({ ...pod, status }));
  };
  const told: Told = { lines: [], news: [] };
  const outcome = await run(cluster, '2', told);
  expect(unready).toBe(3);
  expect(told.lines.join('\n')).not.toContain('What there is has to do.');
  expect(outcome).toEqual({ deployed: false, reason: expect.stringContaining('Job watch-') });
  expect(standing(cluster)).toMatchObject(version1Works);
});

/** How many calls a whole deployment makes. */
async function callsOf(behaviours: Record<string, Behaviour>): Promise<number> {
  const cluster = await withVersion1(behaviours);
  const before = cluster.calls.length;
  await run(cluster, '2');
  return cluster.calls.length - before;
}

/** Kills a deployment of version 2 at a call, and lets `again` follow. */
async function killedAt(
  call: number,
  behaviours: Record<string, Behaviour>,
  again: string,
): Promise<FakeCluster> {
  const cluster = await withVersion1(behaviours);
  // What was counted until now.
  cluster.killAt = cluster.calls.length + call;
  await expect(run(cluster, '2')).rejects.toThrow(Killed);
  cluster.killAt = Number.POSITIVE_INFINITY;
  await run(cluster, again);
  return cluster;
}

// Guard: whatever was done before it was killed, the next run goes on.
describe('a deployment that is killed', () => {
  test('at any call goes on when it is run again', async () => {
    const calls = await callsOf({});
    expect(calls).toBeGreaterThan(80);
    for (let call = 1; call <= calls; call += 1) {
      const cluster = await killedAt(call, {}, '2');
      const found = standing(cluster);
      // One that was killed behind its last save is done, and the same version is deployed anew, to the other colour.
      if (found.working === 'green') expect(found, `killed at call ${call}`).toEqual(version2Works);
      else
        expect(found, `killed at call ${call}`).toMatchObject({
          asked: ['blue', 'blue'],
          blue: [3, 2],
          green: [0, 0],
        });
      expect(cluster.outages, `killed at call ${call}`).toEqual([]);
    }
  });

  test('at any call on its way back goes on back when it is run again', async () => {
    const behaviours = { 2: 'fails under traffic' } as const;
    const calls = await callsOf(behaviours);
    for (let call = 1; call <= calls; call += 1) {
      const cluster = await killedAt(call, behaviours, '2');
      expect(standing(cluster), `killed at call ${call}`).toMatchObject(version1Works);
      expect(cluster.outages, `killed at call ${call}`).toEqual([]);
    }
  });

  test('at any call goes back when another version is deployed, which is then', async () => {
    const calls = await callsOf({});
    for (let call = 1; call <= calls; call += 7) {
      const cluster = await killedAt(call, {}, '3');
      const state = await new StateStore(cluster).load();
      expect(state, `killed at call ${call}`).toMatchObject({ phase: 'done', image: 'go-coffee/service:3' });
      const found = standing(cluster);
      expect(found.asked, `killed at call ${call}`).toEqual([found.working, found.working]);
      expect(cluster.outages, `killed at call ${call}`).toEqual([]);
    }
  });
});

test('a dry run changes nothing, and names what would be', async () => {
  const cluster = await withVersion1();
  const before = structuredClone([...cluster.objects]);
  const difference = await differenceOf(cluster, sampleEnvironment('2'), sampleTools);
  expect(difference).toContain('Deployment producer-green');
  expect([...cluster.objects]).toEqual(before);
});
