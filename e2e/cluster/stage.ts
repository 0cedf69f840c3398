import { Cluster, monitoring, platform } from '../../scripts/cluster/cluster.ts';
import { readConnection } from '../../scripts/cluster/connection.ts';
import { removePlatform, startOverlay } from '../../scripts/cluster/rollout.ts';
import type { RunResult } from '../../scripts/docker/run.ts';
import { type Overlay, overlayPath } from '../../scripts/kubernetes/manifests.ts';

/** The cluster that `./coffee cluster test` made ready. */
export const cluster = new Cluster((await readConnection()).access);

const { signal } = new AbortController();

/** Starts an overlay, unchanged, in namespaces that are new; then the tools beside it. */
export async function begin(overlay: Overlay): Promise<void> {
  await removePlatform(cluster);
  await startOverlay(cluster, overlayPath(overlay), signal);
  await cluster.kubectl(['apply', '--kustomize', 'k8s/tools']);
  await cluster.kubectl([
    'wait',
    '--for=condition=Ready',
    'pod/tools',
    '--namespace',
    platform,
    '--timeout=120s',
  ]);
}

export const end = (): Promise<void> => removePlatform(cluster);

/** `./coffee ARGS` in the tools' pod. */
export function tools(...args: readonly string[]): Promise<RunResult> {
  return cluster.exec('tools', ['/nodejs/bin/node', 'scripts/cli/main.ts', ...args], {
    timeoutMs: 30 * 60_000,
  });
}

/** The authority (PEM) of the certificates in the cluster. */
export async function authority(): Promise<string> {
  const secret = await cluster.get<{ data: Record<string, string> }>([
    'secret',
    'host-tls',
    '--namespace',
    platform,
  ]);
  return Buffer.from(secret.data['ca.crt'] ?? '', 'base64').toString();
}

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly { readonly name: string }[];
    readonly ephemeralContainers?: readonly unknown[];
  };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly ephemeralContainerStatuses?: readonly {
      readonly name: string;
      readonly state: { readonly terminated?: { readonly exitCode: number } };
    }[];
  };
}

export const componentOf = (pod: Pod): string => pod.metadata.labels['app.kubernetes.io/name'] ?? '';

/** The running pods of the platform, in both namespaces or one, without those that are on their way out. */
export async function runningPods(namespaces: readonly string[] = [platform, monitoring]): Promise<Pod[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) =>
      cluster.list<Pod>(['pods', '--namespace', namespace, '--field-selector=status.phase=Running']),
    ),
  );
  return lists.flat().filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** Memory of all pods of the platform, in MiB, as the kubelet measures it. */
export async function memoryOfPods(): Promise<number> {
  let total = 0;
  for (const namespace of [platform, monitoring]) {
    const { stdout } = await cluster.kubectl(['top', 'pods', '--no-headers', '--namespace', namespace]);
    for (const [, amount] of stdout.matchAll(/(\d+)Mi\s*$/gm)) total += Number(amount);
  }
  return total;
}
