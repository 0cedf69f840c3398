import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';
import { type Cluster, monitoring, platform } from './cluster.ts';

interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const namespaces = [platform, monitoring] as const;
const startWithinSeconds = 300;

/**
 * Waits until every Deployment and StatefulSet of the platform has all its pods, and the new ones.
 * @throws UserError with the pods and the latest events of a part that does not get there
 */
export async function untilRolledOut(cluster: Cluster, signal: AbortSignal): Promise<void> {
  for (const namespace of namespaces) {
    const workloads = await cluster.list<NamedObject>(
      ['deployments,statefulsets', '--namespace', namespace],
      { signal },
    );
    for (const { kind, metadata } of workloads) {
      await rolledOut(cluster, namespace, `${kind.toLowerCase()}/${metadata.name}`, signal);
    }
  }
}

export async function rolledOut(
  cluster: Cluster,
  namespace: string,
  workload: string,
  signal: AbortSignal,
): Promise<void> {
  const args = ['rollout', 'status', workload, '--namespace', namespace, `--timeout=${startWithinSeconds}s`];
  try {
    await cluster.kubectl(args, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new UserError(
      `${workload} is not ready after ${startWithinSeconds} s: ${messageOf(error)}\n${await lookAt(cluster, namespace)}`,
      `kubectl describe ${workload} --namespace ${namespace} tells more.`,
      { cause: error },
    );
  }
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
