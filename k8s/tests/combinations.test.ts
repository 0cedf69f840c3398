import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  combinations,
  componentFolders,
  componentOrder,
  writeCombination,
} from '../../scripts/kubernetes/combinations.ts';
import { renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { workloadsOf } from '../../scripts/kubernetes/pods.ts';

test('every component has its place in the order', async () => {
  expect((await componentFolders()).toSorted()).toEqual(componentOrder.toSorted());
});

// Four at a time: Kustomize takes a fifth of a second each.
test('every pair of components builds, and all of them together', async () => {
  const failures: string[] = [];
  const queue = combinations()[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const chosen of queue) {
      try {
        expect(workloadsOf(await renderManifests(await writeCombination(chosen))).length).toBeGreaterThan(0);
      } catch (error) {
        failures.push(`${chosen.join(' + ')}: ${String(error)}`);
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(failures).toEqual([]);
}, 180_000);

// Guard: nothing is sent to what is not there, and everything to what is (docs/adr/0033).
test.each([
  ['without', ['monitoring'], ['alertmanager:9093'], false],
  ['with', ['monitoring', 'grafana'], ['alertmanager:9093', 'loki:3100', 'tempo:3200'], true],
] as const)(
  '%s the component grafana, collector and Prometheus know what there is',
  async (_how, chosen, targets, stores) => {
    const manifests = await renderManifests(await writeCombination(chosen));
    const fileOf = (name: string, file: string): string => {
      const found = manifests.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.replace(/-[0-9a-z]{10}$/, '') === name,
      );
      return (found as { data?: Record<string, string> } | undefined)?.data?.[file] ?? '';
    };
    expect(parse(fileOf('prometheus', 'telemetry.yml'))).toEqual([{ targets }]);
    const backends = fileOf('otel-collector', 'backends.yaml');
    for (const exporter of ['otlp_http/tempo', 'otlp_http/loki'])
      expect(backends.includes(exporter), exporter).toBe(stores);
    expect(backends).toContain('otlp_http/jaeger');
  },
);

test('external data stores leave nothing of ours behind that would start', async () => {
  const folder = await writeCombination([...componentOrder]);
  const manifests = await renderManifests(folder);
  const names = workloadsOf(manifests).map(({ name }) => name);
  expect(names.toSorted()).toEqual([
    'ai-orchestrator',
    'alert-inbox',
    'alertmanager',
    'anvil',
    // Told to make nothing: each of the components leaves them the other one's half.
    'bootstrap',
    'console',
    'consumer',
    'edge',
    'grafana',
    'jaeger',
    'loki',
    'mirror-maker',
    'otel-collector',
    'producer',
    'prometheus',
    'renewal',
    'streams',
    'tempo',
    'web3-payment',
  ]);
  const text = JSON.stringify(manifests);
  for (const host of ['kafka', 'postgres', 'redis']) expect(text).toContain(`${host}.example.com`);
  expect(text).not.toContain('"imagePullPolicy":"IfNotPresent"');
  expect(text.match(/"imagePullPolicy":"Never"/g)).toHaveLength(20);
});
