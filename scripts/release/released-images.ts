import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { imagesIn } from './pins.ts';

/**
 * What the manifests of a release name, in a folder that has none when nothing is released yet.
 * @throws UserError where there is no such folder
 */
export async function releasedImages(folder: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UserError(`There is no folder "${folder}".`, 'gh release download TAG --dir FOLDER makes one.');
  }
  const files = globSync('*.yaml', { cwd: folder }).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap(imagesIn);
}
