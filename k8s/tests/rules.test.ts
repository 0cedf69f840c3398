import { describe, expect, test } from 'vitest';
import { type Manifest, overlayPath, overlays, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import {
  type Container,
  environmentOf,
  quantity,
  type Workload,
  workloadsOf,
} from '../../scripts/kubernetes/pods.ts';
import { connectionsOf, egressEdges, ingressEdges } from '../../scripts/kubernetes/policies.ts';
import { secretsOf } from '../../scripts/kubernetes/secret-manifests.ts';
import { parts } from '../../services/bootstrap/parts.ts';

const secretsFolder = '/run/go-coffee/secrets';
const allOf = ({ pod }: Workload): Container[] => [...(pod.initContainers ?? []), ...pod.containers];
const lasting = ({ kind }: Workload): boolean => kind === 'Deployment' || kind === 'StatefulSet';

/** The part that a container is; the others have its name. */
const partOf = ({ name }: Container): string => (name === 'backup' ? 'postgres-backup' : name);

/** Passwords that a container reads, as far as its manifest tells: environment, arguments, probes, scripts. */
function passwordsReadBy(container: Container, workload: Workload, manifests: readonly Manifest[]): string[] {
  const { volumeMounts = [] } = container;
  const maps = (workload.pod.volumes ?? []).flatMap(({ name, configMap }) =>
    volumeMounts.some((mount) => mount.name === name) && configMap ? [configMap.name] : [],
  );
  const scripts = manifests.filter(
    ({ kind, metadata }) => kind === 'ConfigMap' && maps.includes(metadata.name),
  );
  const text = JSON.stringify([container, environmentOf(container, manifests), scripts]);
  const named = [
    ...text.matchAll(/(?:\/run\/go-coffee\/secrets|\$secrets)\/([\w-]+-(?:password|secret|key))/g),
  ].map(([, name = '']) => name);
  // It gives each service's role the password from `<service>-database-password`.
  const byConvention =
    container.name === 'migrate'
      ? [
          'consumer',
          'producer',
          'streams',
          'ai-orchestrator',
          'identity',
          'web3-payment',
          'otel-collector',
        ].map((role) => `${role}-database-password`)
      : [];
  return [...new Set([...named, ...byConvention])].sort();
}

function secretsMountedBy({ volumeMounts = [] }: Container, { pod }: Workload): string[] {
  const mounted = volumeMounts.filter(({ mountPath }) => mountPath === secretsFolder).map(({ name }) => name);
  const volumes = (pod.volumes ?? []).filter(({ name }) => mounted.includes(name));
  return volumes
    .flatMap(({ projected }) => (projected?.sources ?? []).map(({ secret }) => secret?.name ?? ''))
    .sort();
}

describe.each(overlays)('in overlays/%s', async (overlay) => {
  const manifests = await renderManifests(overlayPath(overlay));
  const workloads = workloadsOf(manifests);

  test('every workload has a ServiceAccount of its own, whose token those have who ask the API server', () => {
    const accounts = workloads.map(({ pod }) => pod.serviceAccountName);
    expect(accounts).toEqual(workloads.map(({ name }) => name));
    for (const { name, pod } of workloads) {
      expect(pod.automountServiceAccountToken, name).toBe(/^(bootstrap|renewal|prometheus)$/.test(name));
      const account = manifests.find(
        ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name,
      );
      expect(account, name).toMatchObject({ automountServiceAccountToken: false });
    }
  });

  test('every pod is as restricted as it can be', () => {
    expect(workloads.length).toBeGreaterThanOrEqual(9);
    for (const workload of workloads) {
      const { name, pod } = workload;
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.enableServiceLinks, name).toBe(false);
      expect(pod.priorityClassName, name).toMatch(/^go-coffee-/);
      for (const container of allOf(workload)) {
        expect(container.securityContext, container.name).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        for (const kind of ['requests', 'limits'] as const) {
          expect(Object.keys(container.resources?.[kind] ?? {}).sort(), container.name).toEqual([
            'cpu',
            'memory',
          ]);
        }
      }
    }
  });

  test('what lasts has three probes, and liveness asks for less than readiness', () => {
    for (const { name, pod } of workloads.filter(lasting)) {
      for (const { startupProbe, readinessProbe, livenessProbe } of pod.containers) {
        expect(startupProbe, name).toBeDefined();
        expect(readinessProbe, name).toBeDefined();
        expect(livenessProbe, name).toBeDefined();
        expect(livenessProbe, name).not.toEqual(readinessProbe);
      }
    }
  });

  test('a container mounts the secrets of its part, which are those that it reads, and no others', () => {
    let mounting = 0;
    for (const workload of workloads) {
      for (const container of allOf(workload)) {
        if (/^(bootstrap|renewal)$/.test(container.name)) continue;
        const part = parts.find(({ name }) => name === partOf(container));
        expect(part, container.name).toBeDefined();
        expect(secretsMountedBy(container, workload), container.name).toEqual(part && secretsOf(part).sort());
        expect(passwordsReadBy(container, workload, manifests), container.name).toEqual(
          part?.passwords.toSorted(),
        );
        mounting += 1;
      }
    }
    expect(mounting).toBeGreaterThanOrEqual(9);
  });

  test('network policies name every connection of the environment, on both ends, and no others', () => {
    const egress = egressEdges(manifests);
    const ingress = ingressEdges(manifests);
    const wanted = new Set(
      workloads
        .filter(lasting)
        .flatMap((workload) =>
          allOf(workload).flatMap((container) =>
            connectionsOf(environmentOf(container, manifests)).map((to) => `${workload.name} → ${to}`),
          ),
        ),
    );
    expect(wanted.size).toBeGreaterThanOrEqual(7);
    const services = [...egress].filter((edge) =>
      /^(producer|consumer|streams|ai-orchestrator|web3-payment|console) /.test(edge),
    );
    expect(services.toSorted()).toEqual([...wanted].sort());
    expect([...ingress].sort()).toEqual([...egress].sort());
  });

  test('what an HPA scales says no number of replicas itself', () => {
    for (const { kind, spec } of manifests) {
      if (kind !== 'HorizontalPodAutoscaler') continue;
      const { name } = (spec as { scaleTargetRef: { name: string } }).scaleTargetRef;
      const target = manifests.find((one) => one.kind === 'Deployment' && one.metadata.name === name);
      expect(target?.spec, name).not.toHaveProperty('replicas');
    }
  });

  test('requests fit a node of two cores', () => {
    const least = new Map<string, number>();
    for (const { kind, metadata, spec } of manifests) {
      if (kind === 'HorizontalPodAutoscaler')
        least.set(metadata.name, (spec as { minReplicas: number }).minReplicas);
    }
    const cores = workloads.filter(lasting).reduce((sum, { name, pod, replicas }) => {
      const each = pod.containers.reduce(
        (total, { resources }) => total + quantity(resources?.requests?.cpu ?? '0'),
        0,
      );
      return sum + each * (least.get(name) ?? replicas);
    }, 0);
    // The cluster's own parts take about 0.2 of the two; Jobs and the pods of an update need some, too.
    expect(cores).toBeLessThan(1.7);
  });
});
