import { UserError } from '../cli/user-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { DeployOptions } from './options.ts';

/** What a deployment may do, as `kubectl auth can-i` has it. */
const rights = [
  ['create', 'deployments.apps'],
  ['patch', 'deployments.apps'],
  ['create', 'services'],
  ['patch', 'services'],
  ['delete', 'services'],
  ['create', 'jobs.batch'],
  ['delete', 'jobs.batch'],
  ['create', 'configmaps'],
  ['patch', 'configmaps'],
  ['create', 'leases.coordination.k8s.io'],
  ['update', 'leases.coordination.k8s.io'],
  ['delete', 'leases.coordination.k8s.io'],
  ['patch', 'horizontalpodautoscalers.autoscaling'],
  ['delete', 'horizontalpodautoscalers.autoscaling'],
  ['patch', 'poddisruptionbudgets.policy'],
  ['patch', 'networkpolicies.networking.k8s.io'],
  ['list', 'pods'],
  ['get', 'pods/log'],
] as const;

/**
 * Finds out before anything is changed what would end the deployment halfway.
 * @throws UserError naming what is missing, and how to get it
 */
export async function checkPrerequisites(
  cluster: Cluster,
  { namespace }: DeployOptions,
  signal: AbortSignal,
): Promise<void> {
  const version = await cluster.tryKubectl(['version', '--output=json'], { signal, timeoutMs: 20_000 });
  if (version.code === 127)
    throw new UserError('There is no kubectl here.', 'Install it: https://kubernetes.io/docs/tasks/tools/');
  if (version.code !== 0)
    throw new UserError(
      `The cluster does not answer: ${version.stderr.trim().split('\n').at(-1)}`,
      'kubectl config current-context names the cluster; kubectl config use-context chooses another one.',
    );
  const missing: string[] = [];
  for (const [verb, resource] of rights) {
    const args = ['auth', 'can-i', verb, resource, '--namespace', namespace];
    const { stdout } = await cluster.tryKubectl(args, { signal });
    if (stdout.trim() !== 'yes') missing.push(`${verb} ${resource}`);
  }
  if (missing.length > 0)
    throw new UserError(
      `In namespace ${namespace} you may not ${missing.join(', ')}.`,
      'Ask who administers the cluster for these rights; docs/deployments.md ("What it needs") has all of them.',
    );
}
