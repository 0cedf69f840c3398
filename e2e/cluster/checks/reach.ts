import { randomBytes } from 'node:crypto';
import { poll } from '#platform/testing/poll.ts';
import { type Outcome, reachProgram } from '#platform/testing/reach-program.ts';
import { readVersions } from '../../../scripts/images/ensure.ts';
import { cluster, type Pod } from '../stage.ts';

const hardened = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/**
 * Tries to connect from inside of a pod, whatever its image has in it: an ephemeral container shares the network of the
 * pod that it is added to.
 * @param targets as address:port
 */
export async function reachFrom(pod: Pod, targets: readonly string[]): Promise<Record<string, Outcome>> {
  const { name, namespace } = pod.metadata;
  const container = `reach-${randomBytes(4).toString('hex')}`;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const current = JSON.parse((await cluster.kubectl(['get', '--raw', path])).stdout) as Pod;
  const added = {
    name: container,
    image: (await readVersions({})).SERVICE_IMAGE,
    command: ['/nodejs/bin/node', '-e', reachProgram, ...targets],
    securityContext: hardened,
  };
  const spec = { ...current.spec, ephemeralContainers: [...(current.spec.ephemeralContainers ?? []), added] };
  await cluster.kubectl(['replace', '--raw', `${path}/ephemeralcontainers`, '--filename', '-'], {
    input: JSON.stringify({ ...current, spec }),
  });
  await poll(
    async () => {
      const { status } = await cluster.get<Pod>(['pod', name, '--namespace', namespace]);
      const state = status.ephemeralContainerStatuses?.find((one) => one.name === container)?.state;
      return state?.terminated !== undefined;
    },
    { deadlineMs: 120_000, intervalMs: 1000, what: `the end of ${container} in ${name}` },
  );
  const { stdout } = await cluster.kubectl([
    'logs',
    name,
    '--namespace',
    namespace,
    '--container',
    container,
  ]);
  return JSON.parse(stdout) as Record<string, Outcome>;
}

/** A pod that does nothing, with the labels that policies look at. */
export async function startIdlePod(
  name: string,
  namespace: string,
  component: string | undefined,
): Promise<Pod> {
  const { SERVICE_IMAGE } = await readVersions({});
  await cluster.kubectl(['delete', 'pod', name, '--namespace', namespace, '--ignore-not-found']);
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: component ? { 'app.kubernetes.io/name': component } : {} },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'idle',
          image: SERVICE_IMAGE,
          command: ['/nodejs/bin/node', '-e', 'setInterval(() => undefined, 2 ** 30)'],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
          securityContext: hardened,
        },
      ],
    },
  });
  await cluster.kubectl([
    'wait',
    '--for=condition=Ready',
    `pod/${name}`,
    '--namespace',
    namespace,
    '--timeout=60s',
  ]);
  return cluster.get<Pod>(['pod', name, '--namespace', namespace]);
}
