/**
 * Results that took minutes of CPU are kept as files, too: a Docker engine that was reset, or a second one, loads them.
 * The folder is a cache: deleting it costs time only.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { check } from '../docker/run.ts';
import { scratchFolder } from './scratch-folder.ts';

const suffix = '.tar.zst';

export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'go-coffee', 'images');
}

const fileOf = (name: string, hash: string): string => join(cacheFolder(), `${name}-${hash}${suffix}`);

/** Whether there is an image that was built from this content. */
export const hasSaved = (name: string, hash: string): boolean => existsSync(fileOf(name, hash));

/** Loads it, tag and all. */
export async function loadSaved(name: string, hash: string, signal: AbortSignal): Promise<void> {
  await check('docker', ['load', '--quiet', '--input', fileOf(name, hash)], { signal });
}

/** Keeps an image as a file, and removes the files of its earlier contents. */
export async function save(
  name: string,
  reference: string,
  hash: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = cacheFolder();
  const file = fileOf(name, hash);
  const partial = `${file}.${process.pid}.partial`;
  await mkdir(folder, { recursive: true });
  await using scratch = await scratchFolder();
  const archive = join(scratch.path, 'image.tar');
  await check('docker', ['save', '--output', archive, reference], { signal });
  try {
    await pipeline(createReadStream(archive), createZstdCompress(), createWriteStream(partial), { signal });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  const old = new RegExp(`^${name}-[0-9a-f]{64}\\${suffix}$`);
  const outdated = (await readdir(folder)).filter((entry) => old.test(entry) && join(folder, entry) !== file);
  await Promise.all(outdated.map((entry) => rm(join(folder, entry), { force: true })));
}
