import { type Manifest, overlayPath, renderManifests } from '../kubernetes/manifests.ts';
import type { DeployOptions } from './options.ts';

/** The namespace that manifests name. */
export const defaultNamespace = 'go-coffee-platform';

/** `registry/repository:tag`, or `@sha256:…` where the tag is a digest: staging and production then run the same bytes. */
export function imageOf(repository: string, { registry, imageTag }: DeployOptions): string {
  const name = registry ? `${registry.replace(/\/+$/, '')}/${repository}` : repository;
  return `${name}${imageTag.startsWith('sha256:') ? '@' : ':'}${imageTag}`;
}

const ours = ['go-coffee/service', 'go-coffee/tools'] as const;

/** Gives our images the tag that is deployed, and everything the namespace. */
export function adapted(manifests: readonly Manifest[], options: DeployOptions): Manifest[] {
  let text = JSON.stringify(manifests);
  for (const repository of ours)
    text = text.replaceAll(
      new RegExp(`"image":"${repository}[:@][^"]*"`, 'g'),
      `"image":${JSON.stringify(imageOf(repository, options))}`,
    );
  if (options.namespace !== defaultNamespace) text = text.replaceAll(defaultNamespace, options.namespace);
  return JSON.parse(text) as Manifest[];
}

/** What an environment applies, with the version that is deployed. */
export const renderEnvironment = async (options: DeployOptions, signal: AbortSignal): Promise<Manifest[]> =>
  adapted(await renderManifests(overlayPath(options.environment), signal), options);

/** The tools that smoke tests run in. */
export const renderTools = async (options: DeployOptions, signal: AbortSignal): Promise<Manifest[]> =>
  adapted(await renderManifests('k8s/tools', signal), options);

/** The images of ours that the deployment runs: those whose signatures count. */
export const ownImages = (options: DeployOptions): string[] =>
  ours.map((repository) => imageOf(repository, options));
