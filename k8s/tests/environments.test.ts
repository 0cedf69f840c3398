import { expect, test } from 'vitest';
import { type Manifest, overlayPath, renderManifests } from '../../scripts/kubernetes/manifests.ts';

const [staging, production] = await Promise.all(
  (['staging', 'production'] as const).map((overlay) => renderManifests(overlayPath(overlay))),
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

/** What of `these` is missing among `those` or differs there, by kind. */
function differing(these: Map<string, string>, those: Map<string, string>): Set<string> {
  const found = [...these].filter(([id, text]) => those.get(id) !== text).map(([id]) => id);
  return new Set(found.map((id) => id.split(' ')[0] ?? ''));
}

// Guard: what was tried in staging is what production runs (docs/deployments.md).
test('staging is production without autoscalers and disruption budgets, under another name', () => {
  const [small, large] = [plain(staging), plain(production)];
  expect(differing(small, large)).toEqual(new Set());
  expect(differing(large, small)).toEqual(new Set(['HorizontalPodAutoscaler', 'PodDisruptionBudget']));
});
