import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { type Cluster, monitoring, platform } from './cluster.ts';
import {
  type AutoscalerState,
  hasNoRoom,
  missingOfState,
  type PodState,
  type WorkloadState,
} from './workload-state.ts';

const namespaces = [platform, monitoring] as const;
const startWithinSeconds = 300;

/**
 * Waits until every Deployment and StatefulSet of the platform has its pods, and only new ones.
 * @throws UserError with the pods and the latest events of a part that does not get there
 */
export async function untilRolledOut(cluster: Cluster, signal: AbortSignal): Promise<void> {
  for (const namespace of namespaces) {
    const workloads = await cluster.list<WorkloadState>(
      ['deployments,statefulsets', '--namespace', namespace],
      { signal },
    );
    for (const { kind, metadata } of workloads)
      await rolledOut(cluster, namespace, kind.toLowerCase(), metadata.name, signal);
  }
}

/** @throws UserError with the pods and the latest events when it does not get there */
export async function rolledOut(
  cluster: Cluster,
  namespace: string,
  kind: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + startWithinSeconds * 1_000;
  for (;;) {
    const missing = await missingOf(cluster, namespace, kind, name, signal);
    if (missing === undefined) return;
    if (performance.now() > deadline)
      throw new UserError(
        `${kind}/${name} is not ready after ${startWithinSeconds} s: ${missing}\n${await lookAt(cluster, namespace)}`,
        `kubectl describe ${kind} ${name} --namespace ${namespace} tells more.`,
      );
    await pause(1_000, signal);
  }
}

/** What a workload still lacks, in words; undefined when it has all. */
async function missingOf(
  cluster: Cluster,
  namespace: string,
  kind: string,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const here = ['--namespace', namespace];
  const [workload, autoscalers] = await Promise.all([
    cluster.get<WorkloadState>([kind, name, ...here], { signal }),
    cluster.list<AutoscalerState>(['horizontalpodautoscalers', ...here], { signal }),
  ]);
  const missing = missingOfState(workload, autoscalers);
  if (missing === undefined || missing.surplus === 0) return missing?.what;
  const selector = Object.entries(workload.spec.selector.matchLabels).map(
    ([key, value]) => `${key}=${value}`,
  );
  const pods = await cluster.list<PodState>(['pods', ...here, '--selector', selector.join()], { signal });
  return pods.filter(hasNoRoom).length >= missing.surplus ? undefined : missing.what;
}

async function lookAt(cluster: Cluster, namespace: string): Promise<string> {
  const pods = await cluster.tryKubectl(['get', 'pods', '--namespace', namespace]);
  const events = await cluster.tryKubectl([
    'get',
    'events',
    '--namespace',
    namespace,
    '--sort-by=.lastTimestamp',
  ]);
  return `${pods.stdout}${events.stdout.split('\n').slice(-15).join('\n')}`;
}

/** Applies an overlay and waits until all of it runs. */
export async function startOverlay(cluster: Cluster, path: string, signal: AbortSignal): Promise<void> {
  await cluster.kubectl(['apply', '--kustomize', path], { signal });
  await untilRolledOut(cluster, signal);
}

/** Takes the namespaces away, with all data. */
export async function removePlatform(cluster: Cluster, signal?: AbortSignal): Promise<void> {
  const all = [...namespaces, 'go-coffee-restore'];
  await cluster.kubectl(
    ['delete', 'namespace', '--ignore-not-found', '--timeout=180s', ...all],
    signal ? { signal } : {},
  );
}
