import { readFile } from 'node:fs/promises';
import {
  type Manifest,
  type Overlay,
  overlayPath,
  parseManifests,
  renderManifests,
} from '../kubernetes/manifests.ts';
import { type DeployOptions, isDigest } from './options.ts';
import { releaseFile } from './release-files.ts';

/** The namespace that manifests name. */
export const defaultNamespace = 'go-coffee-platform';

const ours = ['go-coffee/service', 'go-coffee/tools'] as const;
export type OwnRepository = (typeof ours)[number];

/** `registry/repository:tag`, or `@sha256:…` where the tag is a digest: staging and production then run the same bytes. */
export function imageOf(repository: OwnRepository, { registry, imageTag, toolsTag }: DeployOptions): string {
  const name = registry ? `${registry.replace(/\/+$/, '')}/${repository}` : repository;
  const tag = repository === 'go-coffee/tools' ? toolsTag : imageTag;
  return `${name}${isDigest(tag) ? '@' : ':'}${tag}`;
}

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

/** Of the release, where one is deployed; of the sources else. */
async function manifestsOf(
  name: Overlay | 'tools',
  { release }: DeployOptions,
  signal: AbortSignal,
): Promise<Manifest[]> {
  if (release !== undefined) return parseManifests(await readFile(releaseFile(release, name), 'utf8'));
  return renderManifests(name === 'tools' ? 'k8s/tools' : overlayPath(name), signal);
}

/** What an environment applies, with the version that is deployed. */
export const renderEnvironment = async (options: DeployOptions, signal: AbortSignal): Promise<Manifest[]> =>
  adapted(await manifestsOf(options.environment, options, signal), options);

/** The tools that smoke tests run in. */
export const renderTools = async (options: DeployOptions, signal: AbortSignal): Promise<Manifest[]> =>
  adapted(await manifestsOf('tools', options, signal), options);
