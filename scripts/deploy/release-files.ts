import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';
import type { Overlay } from '../kubernetes/manifests.ts';
import { imagesIn, unpinned } from '../release/pins.ts';

/** What a release names our images by. */
export interface ReleasedImages {
  readonly registry: string;
  readonly imageTag: string;
  readonly toolsTag: string;
}

/** The file of a release for an environment, or for `tools` (`./coffee release` writes them). */
export const releaseFile = (folder: string, name: Overlay | 'tools'): string => join(folder, `${name}.yaml`);

/**
 * Which images a release has: in its files every image is named by its digest, those of others too.
 * @throws UserError naming the file that is missing, or not one of a release
 */
export function readRelease(folder: string, environment: Overlay): ReleasedImages {
  const service = ownImage(releaseFile(folder, environment), 'service');
  const tools = ownImage(releaseFile(folder, 'tools'), 'tools');
  return { registry: service.registry, imageTag: service.digest, toolsTag: tools.digest };
}

function ownImage(file: string, name: string): { readonly registry: string; readonly digest: string } {
  const left = unpinned(textOf(file));
  if (left.length > 0)
    throw new UserError(
      `${file} names images without a digest: ${left.join(', ')}`,
      'Give files of a release.',
    );
  const named = new RegExp(`^(.+)/go-coffee/${name}@(sha256:[0-9a-f]{64})$`);
  for (const image of imagesIn(textOf(file))) {
    const [, registry, digest] = named.exec(image) ?? [];
    if (registry !== undefined && digest !== undefined) return { registry, digest };
  }
  throw new UserError(
    `${file} has no image go-coffee/${name}.`,
    'Give the folder with the files of a release.',
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      messageOf(error),
      'Give the folder with the files of a release (gh release download).',
    );
  }
}
