import { expect, test } from 'vitest';
import { componentOrder, writeCombination } from '../../scripts/kubernetes/combinations.ts';
import { type Manifest, overlayPath, overlays, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { handledSecrets, secretsOf } from '../../scripts/kubernetes/secret-manifests.ts';
import { type Part, parts } from '../../services/bootstrap/parts.ts';

interface Role extends Manifest {
  readonly rules: readonly {
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
}

test.each(overlays)(
  'bootstrap may create Secrets, and read and update its own; renewal may not even create, in overlays/%s',
  async (overlay) => {
    const roles = (await renderManifests(overlayPath(overlay))).filter(
      ({ kind }) => kind === 'Role',
    ) as Role[];
    const found = roles.map(({ metadata, rules }) => [
      metadata.namespace,
      metadata.name,
      rules.map(({ verbs }) => verbs),
    ]);
    expect(found.toSorted()).toEqual([
      ['go-coffee-monitoring', 'bootstrap', [['create'], ['get', 'update']]],
      ['go-coffee-monitoring', 'renewal', [['get', 'update']]],
      ['go-coffee-platform', 'bootstrap', [['create'], ['get', 'update']]],
      ['go-coffee-platform', 'renewal', [['get', 'update']]],
    ]);
    for (const { metadata, rules } of roles) {
      const place = metadata.namespace === 'go-coffee-platform' ? 'platform' : 'monitoring';
      expect(rules.at(-1)?.resourceNames).toEqual(handledSecrets(place));
    }
  },
);

const named = (manifests: readonly Manifest[], wanted: string): string[] =>
  manifests
    .filter(({ kind }) => kind === wanted)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .toSorted();
const inPlaceOf = (kind: RegExp): string[] =>
  parts
    .flatMap((part: Part) => secretsOf(part).map((name) => `go-coffee-${part.place}/${name}`))
    .filter((name) => kind.test(name))
    .toSorted();

test('external-secrets and cert-manager bring every Secret that bootstrap would have made', async () => {
  const manifests = await renderManifests(await writeCombination([...componentOrder]));
  expect(named(manifests, 'ExternalSecret')).toEqual(inPlaceOf(/-secrets$/));
  expect(named(manifests, 'Certificate').filter((name) => !name.endsWith('/public-tls'))).toEqual(
    inPlaceOf(/-tls$/),
  );
});

test('bootstrap makes no more than is left to it', async () => {
  const switches = async (component: 'cert-manager' | 'external-secrets'): Promise<string> => {
    const manifests = await renderManifests(await writeCombination([component, 'images']));
    return JSON.stringify(manifests.filter(({ metadata }) => /^(bootstrap|renewal)$/.test(metadata.name)));
  };
  expect((await switches('cert-manager')).match(/"BOOTSTRAP_CERTIFICATES","value":"false"/g)).toHaveLength(2);
  expect((await switches('external-secrets')).match(/"BOOTSTRAP_PASSWORDS","value":"false"/g)).toHaveLength(
    2,
  );
});
