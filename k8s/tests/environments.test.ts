import { expect, test } from 'vitest';
import { type Manifest, overlayPath, renderManifests } from '../../scripts/kubernetes/manifests.ts';

const [staging, production, region = []] = await Promise.all(
  [overlayPath('staging'), overlayPath('production'), 'k8s/overlays/region'].map((path) =>
    renderManifests(path),
  ),
);

/** Names of ConfigMaps end with a hash of what they hold. */
const plain = (manifests: readonly Manifest[] = []): Map<string, string> =>
  new Map(
    manifests.map((manifest) => {
      const text = JSON.stringify(manifest)
        .replaceAll(/-[0-9a-z]{10}"/g, '"')
        .replaceAll(/deployment\.environment\.name=(staging|production)/g, 'deployment.environment.name=…');
      const { kind, metadata } = JSON.parse(text) as Manifest;
      return [`${kind} ${metadata.namespace ?? ''}/${metadata.name}`, text];
    }),
  );

/** What of `these` is missing among `those` or differs there. */
const differing = (these: Map<string, string>, those: Map<string, string>): string[] =>
  [...these].filter(([id, text]) => those.get(id) !== text).map(([id]) => id);

const kinds = (ids: readonly string[]): Set<string> => new Set(ids.map((id) => id.split(' ')[0] ?? ''));

// Guard: what was tried in staging is what production runs (docs/deployments.md).
test('staging is production without autoscalers and disruption budgets, under another name', () => {
  const [small, large] = [plain(staging), plain(production)];
  expect(differing(small, large)).toEqual([]);
  expect(kinds(differing(large, small))).toEqual(new Set(['HorizontalPodAutoscaler', 'PodDisruptionBudget']));
});

test('a region is production with a MirrorMaker, and its name in what is made there', () => {
  const [ofRegion, plainly] = [plain(region), plain(production)];
  const here = (kind: string, name: string): string => `${kind} go-coffee-platform/${name}`;
  expect(differing(ofRegion, plainly).toSorted()).toEqual([
    here('ConfigMap', 'migrate-environment'),
    here('ConfigMap', 'mirror-maker'),
    here('ConfigMap', 'mirror-maker-environment'),
    here('ConfigMap', 'producer-environment'),
    here('Deployment', 'mirror-maker'),
    here('NetworkPolicy', 'kafka'),
    here('NetworkPolicy', 'mirror-maker'),
    here('ServiceAccount', 'mirror-maker'),
  ]);
  expect([...plainly.keys()].filter((id) => !ofRegion.has(id))).toEqual([]);
});

// Guard: rights are for the region that is copied, and orders carry the name that copies are made under.
test('everything in a region agrees on who is where', () => {
  const dataOf = (name: string): Readonly<Record<string, string>> =>
    region.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`${name}-environment-`),
    )?.data ?? {};
  const mirror = dataOf('mirror-maker');
  expect(mirror.REGION).toMatch(/^[a-z]+$/);
  expect(dataOf('producer').REGION).toBe(mirror.REGION);
  expect(dataOf('migrate').MIRRORED_REGION).toBe(mirror.MIRRORED_REGION);
  expect(mirror.MIRRORED_REGION).not.toBe(mirror.REGION);
  expect(dataOf('migrate').KAFKA_REPLICATION).toBe(mirror.KAFKA_REPLICATION);
});
