import { expect, test } from 'vitest';
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

test('external data stores leave nothing of ours behind that would start', async () => {
  const folder = await writeCombination([...componentOrder]);
  const manifests = await renderManifests(folder);
  const names = workloadsOf(manifests).map(({ name }) => name);
  expect(names.toSorted()).toEqual([
    'ai-orchestrator',
    'anvil',
    // Told to make nothing: each of the components leaves them the other one's half.
    'bootstrap',
    'consumer',
    'edge',
    'jaeger',
    'otel-collector',
    'producer',
    'prometheus',
    'renewal',
    'streams',
    'web3-payment',
  ]);
  const text = JSON.stringify(manifests);
  for (const host of ['kafka', 'postgres', 'redis']) expect(text).toContain(`${host}.example.com`);
  expect(text).not.toContain('"imagePullPolicy":"IfNotPresent"');
  expect(text.match(/"imagePullPolicy":"Never"/g)).toHaveLength(13);
});
