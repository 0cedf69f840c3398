import { expect, test } from 'vitest';
import { type Manifest, overlayPath, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { quantity, type Workload, workloadsOf } from '../../scripts/kubernetes/pods.ts';

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
    const sum = (of: (workload: Workload) => number): number =>
      here.reduce((total, workload) => total + of(workload) * atMost(workload), 0);
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
  for (const name of ['consumer', 'streams', 'web3-payment'])
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
