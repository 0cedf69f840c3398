import { poll } from '#platform/testing/poll.ts';
import { platform } from '../../../scripts/cluster/cluster.ts';
import { untilRolledOut } from '../../../scripts/cluster/rollout.ts';
import { cluster, componentOf, type Pod, runningPods } from '../stage.ts';

const { signal } = new AbortController();

/**
 * Asks for an eviction as `kubectl drain` does.
 *
 * @returns undefined when a disruption budget forbids it now (429).
 */
export async function evict(pod: Pod): Promise<'evicted' | 'gone' | undefined> {
  const { name, namespace } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const { code, stderr } = await cluster.tryKubectl(['create', '--raw', path, '--filename', '-'], {
    input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }),
  });
  if (code === 0) return 'evicted';
  if (/disruption budget|TooManyRequests/i.test(stderr)) return undefined;
  // An autoscaler took it away meanwhile.
  if (/NotFound/.test(stderr)) return 'gone';
  throw new Error(`The eviction of ${name} failed: ${stderr}`);
}

export interface Autoscaler {
  readonly spec: { readonly minReplicas: number };
  readonly status: { readonly currentReplicas: number; readonly desiredReplicas: number };
}

/** Waits until nothing looks like load: no autoscaler has or wants more pods than its least. */
export async function untilNoSurplus(): Promise<void> {
  await poll(
    async () => {
      const all = await cluster.list<Autoscaler>(['hpa', '--namespace', platform]);
      return all.every(
        ({ spec, status }) =>
          status.currentReplicas === spec.minReplicas && status.desiredReplicas === spec.minReplicas,
      );
    },
    { deadlineMs: 420_000, intervalMs: 2_000, what: 'every autoscaler at its least' },
  );
}

/**
 * Evicts one pod after the other, and waits until the platform is whole again before the next. A drain needs room: who has
 * waited longest would take it, were there pods that an autoscaler asks for (docs/adr/0036).
 */
export async function evictInTurn(pods: readonly Pod[], note: (text: string) => void): Promise<void> {
  for (const pod of pods) {
    const { name } = pod.metadata;
    await untilNoSurplus();
    const outcome = await poll(() => evict(pod), {
      deadlineMs: 120_000,
      intervalMs: 1_000,
      what: `leave to evict ${name}`,
    });
    note(`${name} ${outcome}`);
    await untilGone(pod);
    await untilRolledOut(cluster, signal);
  }
}

export async function untilGone({ metadata: { name, namespace, uid } }: Pod): Promise<void> {
  await poll(
    async () => {
      const { code, stdout } = await cluster.tryKubectl([
        'get',
        'pod',
        name,
        '--namespace',
        namespace,
        '--output',
        'json',
      ]);
      return code !== 0 || (JSON.parse(stdout) as Pod).metadata.uid !== uid;
    },
    { deadlineMs: 120_000, intervalMs: 500, what: `${name} to go` },
  );
}

/** Deletes pods with one second to end, much too little for an orderly stop of a data store, one after the other. */
export async function deleteInTurn(components: readonly string[]): Promise<void> {
  for (const component of components) {
    const pod = (await platformPods()).find((candidate) => componentOf(candidate) === component);
    if (!pod) throw new Error(`There is no pod of ${component}.`);
    const { name, namespace } = pod.metadata;
    await cluster.kubectl(['delete', 'pod', name, '--namespace', namespace, '--grace-period=1']);
    await untilGone(pod);
    await untilRolledOut(cluster, signal);
  }
}

/** The pods of the order path. */
export async function platformPods(): Promise<Pod[]> {
  const components = [
    'kafka',
    'postgres',
    'redis',
    'producer',
    'consumer',
    'streams',
    'ai-orchestrator',
    'anvil',
    'web3-payment',
  ];
  return (await runningPods([platform])).filter((pod) => components.includes(componentOf(pod)));
}

/** What an update does: new pods for all, one after the other within each workload. */
export async function restartAll(workloads: readonly string[]): Promise<void> {
  for (const workload of workloads) {
    await cluster.kubectl(['rollout', 'restart', workload, '--namespace', platform]);
  }
  await untilRolledOut(cluster, signal);
}
