import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { check } from '../../docker/run.ts';

interface SavedManifest {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/** Every layer of an image as a folder, and its configuration: also what a later layer covers or deletes. */
export async function unpackImage(image: string) {
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-image-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await check('docker', ['save', `--output=${folder}/image.tar`, image]);
    await mkdir(join(folder, 'saved'));
    await check('tar', ['-xf', `${folder}/image.tar`, '-C', `${folder}/saved`]);
    const [manifest] = JSON.parse(await readFile(join(folder, 'saved/manifest.json'), 'utf8')) as [
      SavedManifest,
    ];
    const layers: string[] = [];
    for (const [index, layer] of manifest.Layers.entries()) {
      const path = join(folder, `layer-${index}`);
      await mkdir(path);
      await check('tar', ['-xf', join(folder, 'saved', layer), '-C', path]);
      layers.push(path);
    }
    const configuration = await readFile(join(folder, 'saved', manifest.Config), 'utf8');
    return { layers, configuration, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The paths of all files below the folders, as in the image: `app/package.json`. */
export async function pathsIn(layers: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const layer of layers) {
    for (const entry of await readdir(layer, { recursive: true, withFileTypes: true })) {
      if (!entry.isDirectory()) paths.push(relative(layer, join(entry.parentPath, entry.name)));
    }
  }
  return paths;
}

/** The files below the folders whose bytes match one of the patterns, as `path: pattern`. */
export async function filesWith(layers: readonly string[], patterns: readonly RegExp[]): Promise<string[]> {
  const found: string[] = [];
  for (const layer of layers) {
    for (const entry of await readdir(layer, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      for (const pattern of await matching(path, patterns))
        found.push(`${relative(layer, path)}: ${pattern}`);
    }
  }
  return found;
}

// A match may lie across two pieces: the end of the last one is looked at again.
const overlap = 8_192;

async function matching(path: string, patterns: readonly RegExp[]): Promise<Set<RegExp>> {
  const found = new Set<RegExp>();
  let end = '';
  for await (const piece of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const text = end + piece;
    for (const pattern of patterns) if (pattern.test(text)) found.add(pattern);
    end = text.slice(-overlap);
  }
  return found;
}
