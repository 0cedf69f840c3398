import { afterAll, beforeAll, expect, test } from 'vitest';
import { platform } from '../../scripts/cluster/cluster.ts';
import { readConnection } from '../../scripts/cluster/connection.ts';
import { stepNames } from '../../scripts/deploy/state.ts';
import { buildTrialVersions, type Fault, goodTag, tagOf } from '../../scripts/deploy/trial-versions.ts';
import { begin, cluster, end } from '../cluster/stage.ts';
import { deployment, startDeployment, trial } from './trial.ts';

const { signal } = new AbortController();
const trialMs = 900_000;

interface Service {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}
interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

/** The version that requests go to. */
async function asked(): Promise<string> {
  const { spec } = await cluster.get<Service>(['service', 'producer', '--namespace', platform]);
  const name = spec.selector['go-coffee.dev/colour'] === 'green' ? 'producer-green' : 'producer';
  const { template } = (await cluster.get<Deployment>(['deployment', name, '--namespace', platform])).spec;
  return template.spec.containers[0]?.image.split(':').at(-1) ?? '';
}

let next = 1;
/** A version that works, and that is not the one that runs. */
const another = (): string => {
  next += 1;
  return goodTag((next % 2) + 1);
};

beforeAll(async () => {
  const { provider } = await readConnection();
  await provider.load(await buildTrialVersions(signal), signal);
  await begin('local');
}, 900_000);
afterAll(end, 240_000);

test('a dry run changes nothing', async () => {
  // What nothing but an apply changes is compared by its version, what has a status by what was asked for.
  const plain = 'configmaps,networkpolicies,secrets,serviceaccounts,roles,rolebindings,poddisruptionbudgets';
  const withStatus = 'deployments,statefulsets,services,horizontalpodautoscalers,cronjobs,jobs';
  const everything = async (): Promise<string> => {
    const found: string[] = [];
    for (const namespace of [platform, 'go-coffee-monitoring'])
      for (const [kinds, fields] of [
        [plain, '{.metadata.uid}'],
        [withStatus, '{.metadata.uid} {.metadata.generation} {.metadata.annotations} {.spec}'],
      ] as const) {
        const line = `{range .items[*]}{.kind} {.metadata.name} ${fields} {.data}{"\\n"}{end}`;
        const args = ['get', kinds, '--namespace', namespace, `--output=jsonpath=${line}`];
        found.push((await cluster.kubectl(args)).stdout);
      }
    return found.join('');
  };
  const before = await everything();
  const { code, output } = await deployment(goodTag(1), '--dry-run');
  expect(code, output).toBe(0);
  expect(output).toContain('producer-green');
  expect(await everything()).toBe(before);
}, 120_000);

test(
  'a good version',
  async () => {
    const tag = another();
    await trial('a good version', async () => {
      const { code, output } = await deployment(tag);
      expect(code, output).toBe(0);
      expect(await asked()).toBe(tag);
      return 'deployed';
    });
  },
  trialMs,
);

test.each<[Fault, RegExp]>([
  ['crashes', /has crashed|has restarted|is not ready/],
  ['answers 5xx', /Job smoke-.*failed|is not ready/],
  ['is slow', /Job smoke-.*failed/],
  ['leaks', /grows under traffic/],
  ['migrates badly', /Job migrate-.*failed/],
])(
  'a version that %s',
  async (fault, why) => {
    const before = await asked();
    // Long enough to see that memory grows.
    const more = fault === 'leaks' ? ['--watch', '3m'] : [];
    await trial(`a version that ${fault}`, async () => {
      const { code, output } = await deployment(tagOf(fault), ...more);
      expect(code, output).toBe(1);
      expect(output).toMatch(why);
      expect(await asked()).toBe(before);
      return 'rolled back by itself';
    });
  },
  trialMs,
);

test.each(stepNames)(
  'a deployment that is killed at its step %s, and run again',
  async (name) => {
    const tag = another();
    await trial(`killed at the step ${name}, run again`, async () => {
      const first = startDeployment(tag);
      await first.says(`${name} …`);
      first.kill();
      await first.ended;
      const { code, output } = await deployment(tag);
      expect(code, output).toBe(0);
      expect(await asked()).toBe(tag);
      return 'deployed';
    });
  },
  trialMs,
);

/** One that asks for a second pod at once: the little that customers need here is more than 1 %. */
const eagerAutoscaler = (name: string) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'eager', namespace: platform },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 1,
    maxReplicas: 2,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } } },
    ],
  },
});

test(
  'an autoscaler scales the old version out while the new one is deployed',
  async () => {
    const tag = another();
    await trial('scaled out by an autoscaler meanwhile', async () => {
      const { spec } = await cluster.get<Service>(['service', 'producer', '--namespace', platform]);
      const [old, other] =
        spec.selector['go-coffee.dev/colour'] === 'green'
          ? ['producer-green', 'producer']
          : ['producer', 'producer-green'];
      const deploying = startDeployment(tag);
      await deploying.says('migrate …');
      await cluster.kubectl(['apply', '--filename=-'], { input: JSON.stringify(eagerAutoscaler(old)) });
      try {
        const { code, output } = await deploying.ended;
        expect(code, output).toBe(0);
      } finally {
        await cluster.kubectl(['delete', 'horizontalpodautoscaler', 'eager', '--namespace', platform]);
      }
      expect(await asked()).toBe(tag);
      const now = await cluster.get<Deployment>(['deployment', other, '--namespace', platform]);
      expect(now.spec.replicas).toBe(2);
      const before = await cluster.get<Deployment>(['deployment', old, '--namespace', platform]);
      expect(before.spec.replicas).toBe(0);
      return 'deployed, with as many pods';
    });
  },
  trialMs,
);

test(
  'two deployments at once',
  async () => {
    const tag = another();
    await trial('two at once', async () => {
      const first = startDeployment(tag);
      await first.says('migrate …');
      const second = await deployment(goodTag(1));
      expect(second.code).toBe(1);
      expect(second.output).toContain('Another deployment is at work');
      const { code, output } = await first.ended;
      expect(code, output).toBe(0);
      expect(await asked()).toBe(tag);
      return 'the first is deployed, the second refused';
    });
  },
  trialMs,
);
