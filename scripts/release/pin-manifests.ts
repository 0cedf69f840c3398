import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { renderText } from '../kubernetes/manifests.ts';
import { imagesIn, nameOf, pinnedKustomization, unpinned } from './pins.ts';

/** What a release consists of, and the folder of each. */
export const released = {
  staging: 'k8s/overlays/staging',
  production: 'k8s/overlays/production',
  tools: 'k8s/tools',
} as const;

/** Asks a registry for the digest of an image. @throws RunError where none answers */
export async function digestOf(image: string, signal: AbortSignal): Promise<string> {
  const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{ .Manifest.Digest }}'];
  return (await check('docker', args, { signal })).stdout.trim();
}

export interface PinOptions {
  /** Ours, by digest, by the name that .env has them under. */
  readonly own: ReadonlyMap<string, string>;
  readonly digestOf: (image: string, signal: AbortSignal) => Promise<string>;
  readonly signal: AbortSignal;
}

/**
 * The manifests of a folder of k8s/ with every image by its digest.
 * @throws Error naming images that are not
 */
export async function pinManifests(folder: string, { own, digestOf, signal }: PinOptions): Promise<string> {
  const images = imagesIn(await renderText(folder, signal));
  const pins = new Map<string, string>();
  for (const image of images) {
    const name = nameOf(image);
    pins.set(name, own.get(name) ?? `${name}@${await digestOf(image, signal)}`);
  }
  const place = join('.coffee', 'release', 'kustomize', folder.replaceAll('/', '-'));
  await mkdir(join(repositoryRoot, place), { recursive: true });
  const kustomization = pinnedKustomization(relative(place, folder), pins);
  await writeFile(join(repositoryRoot, place, 'kustomization.yaml'), kustomization);
  const manifests = await renderText(place, signal);
  const left = unpinned(manifests);
  if (left.length > 0) throw new Error(`${folder} names images without a digest: ${left.join(', ')}`);
  return manifests;
}
