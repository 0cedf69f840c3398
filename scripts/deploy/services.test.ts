import { describe, expect, test } from 'vitest';
import { FakeCluster } from './fake-cluster.ts';
import { sampleEnvironment, sampleOptions } from './sample-environment.ts';
import { run, standing, type Told, withVersion1 } from './simulated-deployment.ts';

const quiet = (): Told => ({ lines: [], news: [] });
const version2Works = { asked: ['green', 'green'], working: 'green', blue: [0, 0], green: [3, 2] };

// Guard: what is there is found by all services, not by the first of the new version.
describe.each(['accounts', 'zeta'])('a version with a new service, %s,', (added) => {
  const manifests = (tag: string) => sampleEnvironment(tag, ['producer', 'consumer', added]);

  test('is deployed beside the old one, with a pod of it', async () => {
    const cluster = await withVersion1();
    const outcome = await run(cluster, '2', quiet(), { manifests: manifests('2') });
    expect(outcome).toEqual({ deployed: true, colour: 'green' });
    expect(standing(cluster)).toEqual(version2Works);
    expect([cluster.asked(added), cluster.replicas(`${added}-green`)]).toEqual(['green', 1]);
    expect(cluster.outages).toEqual([]);
  });

  test('goes back to one without it', async () => {
    const cluster = await withVersion1({ 2: 'fails under traffic' });
    const outcome = await run(cluster, '2', quiet(), { manifests: manifests('2') });
    expect(outcome).toMatchObject({ deployed: false });
    expect(standing(cluster)).toMatchObject({ asked: ['blue', 'blue'], working: 'blue', blue: [3, 2] });
    expect(cluster.replicas(`${added}-green`)).toBe(0);
    expect(cluster.outages).toEqual([]);
  });

  test('is followed by one without it, which leaves no pods of it', async () => {
    const cluster = await withVersion1();
    await run(cluster, '2', quiet(), { manifests: manifests('2') });
    expect(await run(cluster, '3')).toEqual({ deployed: true, colour: 'blue' });
    expect(cluster.replicas(`${added}-green`)).toBe(0);
    expect(cluster.objects.has(`service/${added}-candidate`)).toBe(false);
    expect(cluster.outages).toEqual([]);
  });
});

// Guard: the commonest first mistake is a tag that is not there.
test('a first version whose images are not there is followed by one whose images are', async () => {
  const cluster = new FakeCluster({ 1: 'no image' });
  await expect(run(cluster, '1')).rejects.toThrow('ErrImagePull');
  expect(await run(cluster, '2')).toEqual({ deployed: true, colour: 'blue' });
});

test('without tests a repair stays, whatever the objectives say', async () => {
  const cluster = await withVersion1();
  cluster.failing.set('objectives-', 99);
  cluster.failing.set('smoke-', 99);
  const options = { ...sampleOptions('2'), skipTests: true };
  expect(await run(cluster, '2', quiet(), { options })).toEqual({ deployed: true, colour: 'green' });
  expect(await run(cluster, '3')).toMatchObject({ deployed: false });
});
