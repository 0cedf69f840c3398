import { join } from 'node:path/posix';
import { sha256 } from './compose-parts.ts';
import type { Manifest } from './manifests.ts';
import type { Part, Parts } from './parts.ts';
import {
  type Container,
  environmentOf,
  type Probe,
  quantity,
  type Volume,
  type Workload,
  workloadsOf,
} from './pods.ts';

function portNumber(port: string | number, { ports = [] }: Container): number | string {
  return typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? port);
}

function healthOf(probe: Probe, container: Container): string {
  const { exec, httpGet, tcpSocket } = probe;
  if (exec) return exec.command.join(' ');
  if (httpGet) {
    const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
    return `GET ${scheme}://:${portNumber(httpGet.port, container)}${httpGet.path}`;
  }
  return `connect :${portNumber(tcpSocket?.port ?? '', container)}`;
}

/** Whose secrets a volume holds: `producer` of `producer-tls` and `producer-secrets`. */
const ownersOf = ({ projected }: Volume): string[] => [
  ...new Set(
    (projected?.sources ?? []).map(({ secret }) => secret?.name.replace(/-(tls|secrets)$/, '') ?? ''),
  ),
];

function addVolumes(
  set: (field: string, value: string | number) => void,
  container: Container,
  { pod, claims }: Workload,
  manifests: readonly Manifest[],
): void {
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = pod.volumes?.find((candidate) => candidate.name === name);
    if (claims.includes(name) || volume?.persistentVolumeClaim) set(`data.${mountPath}`, 'there');
    else if (volume?.projected) set('secrets', `${ownersOf(volume).join()} in ${mountPath}`);
    else if (volume?.emptyDir?.medium === 'Memory' && mountPath === '/dev/shm') {
      set('shared memory', quantity(volume.emptyDir.sizeLimit ?? '0'));
    } else if (volume?.emptyDir) set(`temporary.${mountPath}`, 'there');
    else if (volume?.configMap) {
      const wanted = volume.configMap.name;
      const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === wanted);
      for (const [key, content] of Object.entries(map?.data ?? {})) {
        set(`configuration.${join(mountPath, key)}`, sha256(content));
      }
    } else
      throw new Error(`Container ${container.name} mounts ${name}, which is of no kind that is known here.`);
  }
}

function partOf(
  container: Container,
  workload: Workload,
  once: boolean,
  manifests: readonly Manifest[],
): Part {
  const part = new Map<string, string>();
  const set = (field: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) part.set(field, String(value));
  };
  const { securityContext, resources, readinessProbe } = container;
  const { pod } = workload;
  set('runs', once ? 'once' : 'always');
  set('image', container.image);
  if (container.args) set('args', JSON.stringify(container.args));
  if (container.command) set('command', JSON.stringify(container.command));
  for (const [name, value] of Object.entries(environmentOf(container, manifests))) set(`env.${name}`, value);
  set('user', pod.securityContext?.runAsUser);
  set('group', pod.securityContext?.runAsGroup);
  set('read-only root', securityContext?.readOnlyRootFilesystem ?? false);
  set('capabilities dropped', (securityContext?.capabilities?.drop ?? []).toSorted().join());
  set('no new privileges', securityContext?.allowPrivilegeEscalation === false);
  if (resources?.limits?.memory) set('memory', quantity(resources.limits.memory));
  if (resources?.limits?.cpu) set('cpus', quantity(resources.limits.cpu));
  if (!once) set('grace period', pod.terminationGracePeriodSeconds ?? 30);
  for (const { containerPort } of container.ports ?? []) set(`port.${containerPort}`, 'there');
  if (readinessProbe) {
    set('health', healthOf(readinessProbe, container));
    set('health time-out', readinessProbe.timeoutSeconds ?? 1);
  }
  addVolumes(set, container, workload, manifests);
  return part;
}

/** The containers of all workloads, init containers included, by their names. */
export function manifestParts(manifests: readonly Manifest[]): Parts {
  const parts = new Map<string, Part>();
  for (const workload of workloadsOf(manifests)) {
    const job = workload.kind === 'Job' || workload.kind === 'CronJob';
    const { initContainers = [], containers } = workload.pod;
    for (const container of initContainers)
      parts.set(container.name, partOf(container, workload, true, manifests));
    for (const container of containers)
      parts.set(container.name, partOf(container, workload, job, manifests));
  }
  return parts;
}
