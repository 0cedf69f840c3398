import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { findImage, type ImageSpec, required, type Versions } from './catalogue.ts';

/** The label that says what an image was built from; images without it are the user's, and left alone. */
export const contentLabel = 'dev.gocoffee.content';
/** The label that says which image it is: one that is built on another inherits the other's content label. */
export const imageLabel = 'dev.gocoffee.image';

/** The files below a folder as [path, content], in an order that does not depend on the file system. */
async function filesOf(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .map((path): [string, string] => [relative(folder, path).split(sep).join('/'), path])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([name, path]): Promise<[string, Buffer]> => [name, await readFile(path)]),
  );
}

/** A digest of named parts; each is framed by its length, so that no two lists of parts look the same. */
export function digest(parts: readonly (readonly [string, string | Buffer])[]): string {
  const hash = createHash('sha256');
  for (const [name, content] of parts) {
    hash.update(`${name.length} ${name} ${content.length} `).update(content);
  }
  return hash.digest('hex');
}

/** Build arguments other than parents, with the npm packages, whose versions count as much. */
export function inputsOf(image: ImageSpec, versions: Versions): [string, string][] {
  return Object.entries({ ...image.args?.(versions), ...image.npmPackages?.(versions) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
}

/**
 * The hash of everything that an image is built from: its folder's files, its arguments, and its parents' hashes.
 * Package registries' answers are not in it: an image stays what it was until something of ours changes.
 * @param root the folder `images/`
 */
export async function contentHash(
  image: ImageSpec,
  versions: Versions,
  root: string,
  images?: readonly ImageSpec[],
): Promise<string> {
  const parents = await Promise.all(
    image.parents.map(
      async (name): Promise<[string, string]> => [
        `parent ${name}`,
        await contentHash(findImage(name, images), versions, root, images),
      ],
    ),
  );
  return digest([
    ['image', required(versions, image.variable)],
    ...inputsOf(image, versions),
    ...parents,
    ...(image.onlyPulled ? [] : await filesOf(join(root, image.name))),
  ]);
}
