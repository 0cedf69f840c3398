import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { monitoring, platform } from '../../../scripts/cluster/cluster.ts';
import { untilRolledOut } from '../../../scripts/cluster/rollout.ts';
import { handledSecrets } from '../../../scripts/kubernetes/secret-manifests.ts';
import { ApiClient } from '../../../scripts/stack/api-client.ts';
import type { Place } from '../../../services/bootstrap/parts.ts';
import { authority, cluster, componentOf, runningPods, tools } from '../stage.ts';
import { backupEdges, edges } from './edges.ts';
import { reachEverything } from './network.ts';
import { throughPortForward } from './port-forward.ts';
import { accountsOf, refusalOf, rightsOf } from './rights.ts';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}

const { signal } = new AbortController();
const places: Readonly<Record<string, Place>> = { [platform]: 'platform', [monitoring]: 'monitoring' };

/** By components/kubelet-metrics. */
const ofNodes = ['get nodes', 'get nodes/metrics', 'list nodes', 'watch nodes'];

/** What holds in every overlay, and breaks nothing. */
export function basics(options: { readonly backup: boolean }): void {
  test('an order completes and is one trace', async () => {
    const { code, stdout, stderr } = await tools('order', '--json');
    expect(code, stderr).toBe(0);
    const { trace } = JSON.parse(stdout) as { trace: { missing: string[] } | null };
    expect(trace?.missing).toEqual([]);
  }, 120_000);

  // Issue 10: the same suite as under Compose.
  test('it tells of itself all that its schema promises', async () => {
    const { code, stdout, stderr } = await tools('telemetry', 'check');
    expect(code, `${stdout}${stderr}`).toBe(0);
  }, 240_000);

  test('network policies let pass what they must, and nothing else', async () => {
    const { open, tried, unclear } = await reachEverything(options.backup);
    const allowed: Record<string, readonly string[]> = { ...edges, ...(options.backup ? backupEdges : {}) };
    const expected = Object.fromEntries(
      Object.entries(allowed).map(([from, doors]) => [
        from,
        doors.filter((door) => tried[from]?.includes(door)).sort(),
      ]),
    );
    expect({ open, unclear }).toEqual({ open: expected, unclear: [] });
  }, 300_000);

  test.each([
    ['as root', { pod: { runAsNonRoot: false, runAsUser: 0 } }, 'runAsNonRoot'],
    ['privileged', { container: { privileged: true, allowPrivilegeEscalation: true } }, 'privileged'],
    [
      'with a folder of the node',
      { volumes: [{ name: 'node', hostPath: { path: '/' } }] },
      'restricted volume types',
    ],
    ['without a seccomp profile', { pod: { seccompProfile: { type: 'Unconfined' } } }, 'seccompProfile'],
  ])('a pod %s is refused', async (_how, change, why) => {
    expect(await refusalOf({})).toBe('');
    expect(await refusalOf(change)).toMatch(new RegExp(`violates PodSecurity "restricted.*${why}`, 's'));
  });

  test('the services may do nothing at the API server, bootstrap and renewal only handle their Secrets, and Prometheus asks of nodes', async () => {
    for (const owner of [platform, monitoring]) {
      const accounts = await accountsOf(owner);
      expect(accounts.length).toBeGreaterThan(3);
      for (const account of accounts) {
        for (const namespace of [platform, monitoring, 'kube-system']) {
          const place = places[namespace];
          const own = owner === platform && place && /^(bootstrap|renewal)$/.test(account);
          const named = own ? handledSecrets(place) : [];
          const expected = [
            ...(own && account === 'bootstrap' ? ['create secrets'] : []),
            ...named.flatMap((name) => [`get secrets/${name}`, `update secrets/${name}`]),
            ...(owner === monitoring && account === 'prometheus' ? ofNodes : []),
          ];
          const found = await rightsOf(account, owner, namespace);
          expect(found.toSorted(), `${account} in ${namespace}`).toEqual(expected.toSorted());
        }
      }
    }
  }, 120_000);

  test('no pod carries a token of its ServiceAccount', async () => {
    const pods = (await runningPods()).filter(
      (pod) => !/^(tools|renewal|prometheus)$/.test(componentOf(pod)),
    );
    expect(pods.length).toBeGreaterThanOrEqual(8);
    for (const pod of pods)
      expect(JSON.stringify(pod.spec), pod.metadata.name).not.toContain('serviceAccountToken');
  });

  test.each([
    [platform, 'producer', 8080, '/v1/menu'],
    [monitoring, 'jaeger-query', 16686, '/api/v3/services'],
    [monitoring, 'prometheus', 9090, '/-/ready'],
    [monitoring, 'alertmanager', 9093, '/-/ready'],
    [monitoring, 'alert-inbox', 8080, '/livez'],
    // OTLP by gRPC: HTTP/2, agreed on within TLS.
    [monitoring, 'otel-collector', 4317, undefined],
  ])(
    'a port-forward in %s to service/%s %i answers, with a certificate of the platform',
    async (namespace, service, port, path) => {
      const ca = await authority();
      await throughPortForward(namespace, service, port, async (localPort) => {
        if (path === undefined) {
          const socket = connect({ host: '127.0.0.1', port: localPort, ca, ALPNProtocols: ['h2'] });
          await once(socket, 'secureConnect');
          expect(socket.alpnProtocol).toBe('h2');
          socket.destroy();
        } else {
          using client = new ApiClient(new URL(`https://127.0.0.1:${localPort}`), 1, ca);
          expect((await client.send({ method: 'GET', path })).status).toBe(200);
        }
      });
    },
    30_000,
  );

  test('a second apply changes nothing that runs', async () => {
    // Not the pods themselves: an autoscaler may add and remove some meanwhile.
    const templates = async (): Promise<Record<string, string>> => {
      const namespaces = [platform, monitoring];
      const kinds = 'replicasets,controllerrevisions,horizontalpodautoscalers';
      const lists = await Promise.all(
        namespaces.map((namespace) => cluster.list<Named>([kinds, '--namespace', namespace])),
      );
      return Object.fromEntries(
        lists.flat().map(({ kind, metadata: { name, uid } }) => [`${kind} ${name}`, uid]),
      );
    };
    const before = await templates();
    expect(Object.keys(before).length).toBeGreaterThan(10);
    const overlay = options.backup ? 'production' : 'local';
    await cluster.kubectl(['apply', '--kustomize', `k8s/overlays/${overlay}`]);
    await untilRolledOut(cluster, signal);
    expect(await templates()).toEqual(before);
  }, 120_000);
}
