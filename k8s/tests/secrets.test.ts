import { expect, test } from 'vitest';
import { componentOrder, writeCombination } from '../../scripts/kubernetes/combinations.ts';
import { type Manifest, overlayPath, overlays, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { secretNames } from '../../services/bootstrap/secrets.ts';

interface Role extends Manifest {
  readonly rules: readonly {
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
}

test.each(overlays)(
  'bootstrap may create Secrets, and read the one that it needs, in overlays/%s',
  async (overlay) => {
    const roles = (await renderManifests(overlayPath(overlay))).filter(({ kind }) =>
      /Role$/.test(kind),
    ) as Role[];
    expect(roles.map(({ metadata }) => metadata.name)).toEqual(['bootstrap']);
    const rules = roles.flatMap((role) => role.rules);
    expect(rules.map(({ verbs }) => verbs)).toEqual([['create'], ['get']]);
    expect(rules[1]?.resourceNames).toEqual(['redis-password']);
  },
);

test('external-secrets brings every Secret that bootstrap would have made', async () => {
  const manifests = await renderManifests(await writeCombination([...componentOrder]));
  const brought = manifests
    .filter(({ kind }) => kind === 'ExternalSecret')
    .map(({ metadata }) => metadata.name);
  expect(brought.toSorted()).toEqual(secretNames.toSorted());
});
