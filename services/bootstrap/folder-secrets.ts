import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorityStore, Files, Kind, PartStore } from './stores.ts';

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Undefined when there is no such thing. */
async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const randomName = (name: string): string => `.${name}.${randomBytes(6).toString('hex')}`;

async function write(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

// Nobody but bootstrap.
const authorityMode = 0o600;

/** The authority as files in a folder that no part sees. */
export class FolderAuthority implements AuthorityStore {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the folder when it is missing. */
  static async open(directory: string): Promise<FolderAuthority> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new FolderAuthority(directory);
  }

  read(name: string): Promise<string | undefined> {
    return ifThere(readFile(join(this.#directory, name), 'utf8'));
  }

  async create(name: string, content: string): Promise<boolean> {
    const temporary = join(this.#directory, randomName(name));
    try {
      await write(temporary, content, authorityMode);
      // A hard link fails when the name is taken: the first writer wins.
      await link(temporary, join(this.#directory, name));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async replace(name: string, content: string): Promise<void> {
    const temporary = join(this.#directory, randomName(name));
    await write(temporary, content, authorityMode);
    await rename(temporary, join(this.#directory, name));
  }
}

// Group-readable: the images of third parties run as other users and get this group. Nobody else reads them.
const partMode = 0o440;

/**
 * A folder for each part. As in the kubelet's volumes the files of a kind are in a folder of their own and the names
 * lead there by a link, so that they change all at once: nobody sees a key with another one's certificate for long.
 */
export class FolderParts implements PartStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(part: string, kind: Kind): Promise<Files | undefined> {
    const folder = join(this.#directory, part, `.${kind}`);
    const names = await ifThere(readdir(folder));
    if (!names) return undefined;
    const contents = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return Object.fromEntries(names.map((name, index) => [name, contents[index] ?? '']));
  }

  async put(part: string, kind: Kind, files: Files): Promise<void> {
    const folder = join(this.#directory, part);
    const current = join(folder, `.${kind}`);
    const before = await ifThere(readlink(current));
    const version = randomName(kind);
    await mkdir(join(folder, version), { recursive: true, mode: 0o750 });
    for (const [name, content] of Object.entries(files))
      await write(join(folder, version, name), content, partMode);
    await lead(current, version);
    for (const name of Object.keys(files)) await lead(join(folder, name), join(`.${kind}`, name));
    if (before) await rm(join(folder, before), { recursive: true, force: true });
  }
}

/** Makes `path` a link to `target`, at once, whatever it was. */
async function lead(path: string, target: string): Promise<void> {
  const temporary = `${path}${randomName('link')}`;
  await symlink(target, temporary);
  await rename(temporary, path);
}
