import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptSource, parseAptSources } from './apt-sources.ts';

async function listIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Reads the package sources that a Debian-like machine is configured with. */
export async function readAptSources(folder = '/etc/apt'): Promise<AptSource[]> {
  const parts = (await listIfThere(join(folder, 'sources.list.d'))).map((name) =>
    join('sources.list.d', name),
  );
  const main = (await listIfThere(folder)).filter((name) => name === 'sources.list');
  const files = [...main, ...parts].filter((name) => /\.(list|sources)$/.test(name));
  const contents = await Promise.all(
    files.map(async (name) => parseAptSources(name, await readFile(join(folder, name), 'utf8'))),
  );
  return contents.flat();
}
