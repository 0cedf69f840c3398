import { z } from 'zod';
import { readVersions } from '../images/ensure.ts';
import { type Cluster, platform } from './cluster.ts';

export const readerPod = 'postgres-backup-reader';

/** A pod that mounts the volume of the backups and does nothing else. */
async function manifest(): Promise<unknown> {
  const { POSTGRES_IMAGE } = await readVersions({});
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: readerPod,
      namespace: platform,
      labels: { 'app.kubernetes.io/name': 'postgres-backup' },
    },
    spec: {
      serviceAccountName: 'postgres-backup',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 999,
        fsGroup: 999,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'reader',
          image: POSTGRES_IMAGE,
          command: ['sleep', '3600'],
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1', memory: '64Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'backup', mountPath: '/backup', readOnly: true }],
        },
      ],
      volumes: [{ name: 'backup', persistentVolumeClaim: { claimName: 'postgres-backup', readOnly: true } }],
    },
  };
}

/** Starts the reader; removes it on disposal. */
export async function openBackups(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<AsyncDisposable & { names: string[] }> {
  const remove = async (): Promise<void> => {
    await cluster.kubectl(['delete', 'pod', readerPod, '--namespace', platform, '--ignore-not-found']);
  };
  await remove();
  await cluster.apply(await manifest(), { signal });
  try {
    const ready = [
      'wait',
      '--for=condition=Ready',
      `pod/${readerPod}`,
      '--namespace',
      platform,
      '--timeout=120s',
    ];
    await cluster.kubectl(ready, { signal });
    const { stdout } = await cluster.exec(readerPod, ['ls', '-1', '/backup'], { signal });
    const names = z
      .array(z.string())
      .parse(stdout.split('\n'))
      .filter((name) => name.endsWith('Z'))
      .sort();
    return { names, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
