import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { GitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { platformOf, selectorPatch } from '../../scripts/deploy/colours.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type Manifest, renderManifests } from '../../scripts/kubernetes/manifests.ts';

interface Patch {
  readonly target: { readonly kind: string; readonly name: string };
  readonly patch: string;
}

async function read(path: string) {
  return parse(await readFile(join(repositoryRoot, 'k8s', 'gitops', path), 'utf8'));
}
const application = await read('argo-cd/application.yaml');
const repository = await read('flux/git-repository.yaml');
const kustomization = await read('flux/kustomization.yaml');

/** The overlay with the patches that a controller adds to it. */
async function patched(name: string, overlay: string, patches: readonly Patch[]): Promise<Manifest[]> {
  const folder = join('.coffee', 'kustomize', name);
  await mkdir(join(repositoryRoot, folder), { recursive: true });
  const content = { resources: [join('..', '..', '..', overlay)], patches };
  await writeFile(join(repositoryRoot, folder, 'kustomization.yaml'), JSON.stringify(content));
  return renderManifests(folder);
}

const annotationsOf = (metadata: object): Readonly<Record<string, string>> | undefined =>
  (metadata as { annotations?: Record<string, string> }).annotations;

const annotationsOfBootstrap = (manifests: readonly Manifest[]): unknown =>
  manifests
    .filter(({ kind, metadata }) => kind === 'Job' && metadata.name === 'bootstrap')
    .map(({ metadata }) => annotationsOf(metadata));

test("are valid by the controllers' own schemas", () => {
  new Application(application).validate();
  new GitRepository(repository).validate();
  new Kustomization(kustomization).validate();
  expect(() =>
    new Application({ ...application, spec: { ...application.spec, project: 1 } }).validate(),
  ).toThrow();
  expect(kustomization.spec.sourceRef.name).toBe(repository.metadata.name);
});

test('apply an overlay that there is, with a bootstrap that may be repeated', async () => {
  const { path, kustomize } = application.spec.source;
  expect(annotationsOfBootstrap(await patched('argo-cd', path, kustomize.patches))).toEqual([
    {
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    },
  ]);
  const { path: fluxPath, patches } = kustomization.spec;
  expect(annotationsOfBootstrap(await patched('flux', fluxPath, patches))).toEqual([
    { 'kustomize.toolkit.fluxcd.io/force': 'Enabled' },
  ]);
});

// Guard: a controller that puts back what a deployment has switched would switch to a version that is not there.
test('leave alone what deployments change', async () => {
  const [label = ''] = Object.keys((selectorPatch('green') as { spec: { selector: object } }).spec.selector);
  expect(application.spec.ignoreDifferences).toEqual(
    expect.arrayContaining([
      { kind: 'Service', jqPathExpressions: [`.spec.selector["${label}"]`] },
      { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
    ]),
  );
  expect(application.spec.syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true');
  const { services } = platformOf(await renderManifests(application.spec.source.path));
  expect(application.spec.ignoreDifferences).toEqual(
    expect.arrayContaining(
      services.map((name) => ({ group: 'apps', kind: 'Deployment', name, jsonPointers: ['/spec'] })),
    ),
  );
  const byFlux = await patched('flux', kustomization.spec.path, kustomization.spec.patches);
  const madeOnce = byFlux
    .filter(({ metadata }) => annotationsOf(metadata)?.['kustomize.toolkit.fluxcd.io/ssa'] === 'IfNotPresent')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(madeOnce).toEqual(services.map((name) => `Deployment ${name}`));
  const { path, kustomize } = application.spec.source;
  for (const manifests of [byFlux, await patched('argo-cd', path, kustomize.patches)]) {
    const autoscaled = manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(autoscaled.map(({ metadata }) => metadata.name)).toEqual(['edge']);
  }
});
