import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretStore } from './secrets.ts';

// Group-readable: PostgreSQL and Redis run as other users and get this group. Nobody else reads them.
const mode = 0o440;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Secrets as files in a folder, each named like its secret. */
export class FolderSecrets implements SecretStore {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the folder when it is missing. */
  static async open(directory: string): Promise<FolderSecrets> {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    return new FolderSecrets(directory);
  }

  async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#directory, name), 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Complete or not at all, whenever it is interrupted. */
  async create(name: string, content: string): Promise<boolean> {
    const temporary = join(this.#directory, `.${name}.${randomBytes(6).toString('hex')}`);
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
      // A hard link fails when the name is taken: the first writer wins.
      await link(temporary, join(this.#directory, name));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
  }
}
