import { describe, expect, test } from 'vitest';
import { colourLabel } from './colours.ts';
import { differenceOf } from './dry-run.ts';
import { FakeCluster, Killed } from './fake-cluster.ts';
import { sampleEnvironment, sampleTools } from './sample-environment.ts';
import { run, standing, type Told, withVersion1 } from './simulated-deployment.ts';
import { StateStore } from './state.ts';

describe('the first version', () => {
  const calls = async (): Promise<number> => {
    const cluster = new FakeCluster();
    await run(cluster, '1');
    return cluster.calls.length;
  };

  test.each(['1', '2'])(
    'that is killed at any call is installed when version %s is deployed',
    async (tag) => {
      for (let call = 1; call < (await calls()); call += 1) {
        const cluster = new FakeCluster();
        cluster.killAt = call;
        await expect(run(cluster, '1')).rejects.toThrow(Killed);
        cluster.killAt = Number.POSITIVE_INFINITY;
        expect(await run(cluster, tag), `killed at call ${call}`).toEqual({ deployed: true, colour: 'blue' });
        const image = `go-coffee/service:${tag}`;
        expect(await new StateStore(cluster).load()).toMatchObject({ phase: 'done', first: true, image });
        expect(standing(cluster), `killed at call ${call}`).toMatchObject({ asked: ['blue', 'blue'] });
      }
    },
  );

  test('is listed by a dry run, which makes nothing', async () => {
    const cluster = new FakeCluster();
    const difference = await differenceOf(cluster, sampleEnvironment('1'), sampleTools);
    expect(difference.split('\n')).toContain('+ Deployment producer');
    expect(difference).not.toContain('green');
    expect(cluster.objects.size).toBe(0);
  });

  test('is told of', async () => {
    const told: Told = { lines: [], news: [] };
    await run(new FakeCluster(), '1', told);
    expect(told.news.map(({ kind }) => kind)).toEqual(['began', 'succeeded']);
  });
});

// Guard: Services that ask for a colour would find nobody.
test('nothing is touched where what runs has no colour', async () => {
  const cluster = await withVersion1();
  const key = 'deployment/producer';
  const { spec, ...rest } = cluster.objects.get(key);
  const { labels, ...metadata } = spec.template.metadata;
  const { [colourLabel]: _none, ...plain } = labels;
  const template = { ...spec.template, metadata: { ...metadata, labels: plain } };
  cluster.objects.set(key, { ...rest, spec: { ...spec, template } });
  const before = structuredClone([...cluster.objects]);
  await expect(run(cluster, '2')).rejects.toThrow('What runs here has no colour');
  expect([...cluster.objects]).toEqual(before);
});
