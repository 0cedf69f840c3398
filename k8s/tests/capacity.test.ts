import { expect, test } from 'vitest';
import { colourLabel } from '../../scripts/deploy/colours.ts';
import { type Manifest, overlayPath, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { environmentOf, quantity, type Workload, workloadsOf } from '../../scripts/kubernetes/pods.ts';

const manifests = await renderManifests(overlayPath('production'));
const workloads = workloadsOf(manifests);

interface AutoscalerSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}
const autoscalersOf = (rendered: readonly Manifest[]): Map<string, AutoscalerSpec> =>
  new Map(
    rendered.flatMap(({ kind, metadata, spec }) =>
      kind === 'HorizontalPodAutoscaler' ? [[metadata.name, spec as AutoscalerSpec] as const] : [],
    ),
  );
const autoscalers = autoscalersOf(manifests);

/** What one pod asks for or may use: init containers run before the others, so the larger of both counts. */
function ofPod({ pod }: Workload, kind: 'requests' | 'limits', resource: 'cpu' | 'memory'): number {
  const each = (containers: Workload['pod']['containers'] = []): number[] =>
    containers.map(({ resources }) => quantity(resources?.[kind]?.[resource] ?? '0'));
  const together = each(pod.containers).reduce((sum, one) => sum + one, 0);
  return Math.max(together, ...each(pod.initContainers));
}

const hasColour = ({ podLabels }: Workload): boolean => podLabels[colourLabel] !== undefined;

/** Every autoscaler at its maximum, an update that adds a pod to each Deployment, every Job at work. */
function atMost({ name, kind, replicas }: Workload): number {
  const most = autoscalers.get(name)?.maxReplicas ?? replicas;
  return kind === 'Deployment' ? most + 1 : most;
}

function quotaOf(namespace: string): Record<string, string> {
  const quota = manifests.find(
    ({ kind, metadata }) => kind === 'ResourceQuota' && metadata.namespace === namespace,
  );
  return ((quota?.spec ?? { hard: {} }) as { hard: Record<string, string> }).hard;
}

test.each(['go-coffee-platform', 'go-coffee-monitoring'])(
  'the quota of %s has room for everything at its most',
  (namespace) => {
    const here = workloads.filter((workload) => workload.namespace === namespace);
    // Both colours of a service, while one is deployed beside the other.
    const colours = (workload: Workload): number => (hasColour(workload) ? 2 : 1);
    const sum = (of: (workload: Workload) => number): number =>
      here.reduce((total, workload) => total + of(workload) * atMost(workload) * colours(workload), 0);
    const needed: Record<string, number> = {
      pods: sum(() => 1),
      'requests.cpu': sum((workload) => ofPod(workload, 'requests', 'cpu')),
      'requests.memory': sum((workload) => ofPod(workload, 'requests', 'memory')),
      'limits.memory': sum((workload) => ofPod(workload, 'limits', 'memory')),
    };
    const hard = quotaOf(namespace);
    for (const [resource, amount] of Object.entries(needed)) {
      expect(amount, resource).toBeGreaterThan(0);
      expect(amount, resource).toBeLessThanOrEqual(quantity(hard[resource] ?? '0'));
      // A bound, not a formality.
      expect(amount * 10, resource).toBeGreaterThan(quantity(hard[resource] ?? '0'));
    }
  },
);

// Guard: a service that has scaled out must not take the others' connections.
test('PostgreSQL has room for the connections of every pod at its most', () => {
  const poolsOf = ({ pod }: Workload): number =>
    pod.containers
      .flatMap((container) => Object.entries(environmentOf(container, manifests)))
      .reduce((sum, [name, value]) => (name.endsWith('_POOL_SIZE') ? sum + Number(value) : sum), 0);
  const services = workloads.filter((workload) => workload.kind === 'Deployment' && poolsOf(workload) > 0);
  const names = ['ai-orchestrator', 'consumer', 'producer', 'streams', 'web3-payment'];
  expect(services.map(({ name }) => name).sort()).toEqual(names);
  const working = services.reduce((sum, workload) => sum + poolsOf(workload) * atMost(workload), 0);
  // The other colour, while there is one: who waits asks for its role, and for its health.
  const waiting = services.reduce((sum, workload) => sum + 2 * atMost(workload), 0);
  const needed = working + waiting;
  const postgres = workloads.find(({ name }) => name === 'postgres')?.pod.containers[0]?.args ?? [];
  const [, most] = /-cmax_connections=(\d+)/.exec(postgres.join(' ')) ?? [];
  // One-shot Jobs, the backup and whoever looks need some as well; three are the superuser's.
  expect(needed + 20).toBeLessThanOrEqual(Number(most));
});

// Issue 5: production unchanged on a node of two cores. Its own pods ask for 200m (DNS, metrics); an update for one more.
test.each(['local', 'production'] as const)(
  'the platform of overlays/%s at rest fits two cores, and a pod of an update beside it',
  async (overlay) => {
    const rendered = overlay === 'production' ? manifests : await renderManifests(overlayPath(overlay));
    const scaled = autoscalersOf(rendered);
    const standing = workloadsOf(rendered).filter(
      ({ kind }) => kind === 'Deployment' || kind === 'StatefulSet',
    );
    const asked = standing.map((workload) => ({
      cores: ofPod(workload, 'requests', 'cpu'),
      pods: scaled.get(workload.name)?.minReplicas ?? workload.replicas,
    }));
    const atRest = asked.reduce((sum, { cores, pods }) => sum + cores * pods, 0);
    const surge = Math.max(...asked.map(({ cores }) => cores));
    expect(atRest + surge).toBeLessThanOrEqual(2 - 0.2);
  },
);

test('no autoscaler leaves a consumer without a partition, or a budget without a pod', () => {
  expect(autoscalers.get('producer')).toMatchObject({ minReplicas: 3, maxReplicas: 10 });
  expect(autoscalers.get('web3-payment')).toMatchObject({ minReplicas: 2, maxReplicas: 8 });
  for (const name of ['consumer', 'streams', 'ai-orchestrator', 'web3-payment'])
    expect(autoscalers.get(name)?.maxReplicas, name).toBeLessThanOrEqual(12);
  for (const { kind, metadata, spec } of manifests) {
    if (kind !== 'PodDisruptionBudget') continue;
    const { minAvailable = 0, maxUnavailable = 1 } = spec as {
      minAvailable?: number;
      maxUnavailable?: number;
    };
    const workload = workloads.find(({ name }) => name === metadata.name);
    const least = autoscalers.get(metadata.name)?.minReplicas ?? workload?.replicas ?? 0;
    expect(least - minAvailable, metadata.name).toBeGreaterThan(0);
    expect(maxUnavailable, metadata.name).toBeGreaterThan(0);
  }
});
