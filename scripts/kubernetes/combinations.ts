import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';

/**
 * The order in which components are listed: a component changes what those before it made. `images` is the last, since
 * it gives all of them their images.
 */
export const componentOrder = [
  'monitoring',
  'grafana',
  'kubelet-metrics',
  'network-policies',
  'kafka-replicated',
  'hpa',
  'pdb',
  'backup',
  'multi-region',
  'ingress',
  'cert-manager',
  'external-secrets',
  'external-kafka',
  'external-postgres',
  'external-redis',
  'closed-network',
  'images',
] as const;

export type Component = (typeof componentOrder)[number];

export const componentFolders = (): Promise<string[]> => readdir(join(repositoryRoot, 'k8s', 'components'));

/** Nothing, each alone, each pair, and all of them. */
export function combinations(components: readonly Component[] = componentOrder): Component[][] {
  const single = components.map((one) => [one]);
  const pairs = components.flatMap((one, index) => components.slice(index + 1).map((other) => [one, other]));
  return [[], ...single, ...pairs, [...components]];
}

/** A kustomization of the base with these components. @returns its folder, from the repository's root */
export async function writeCombination(chosen: readonly Component[]): Promise<string> {
  const name = chosen.length === componentOrder.length ? 'all' : chosen.join('+') || 'none';
  const folder = join('.coffee', 'kustomize', name);
  await mkdir(join(repositoryRoot, folder), { recursive: true });
  const lines = chosen.map((component) => `  - ../../../k8s/components/${component}\n`);
  const components = lines.length > 0 ? `components:\n${lines.join('')}` : '';
  await writeFile(
    join(repositoryRoot, folder, 'kustomization.yaml'),
    `resources:\n  - ../../../k8s/base\n${components}`,
  );
  return folder;
}
