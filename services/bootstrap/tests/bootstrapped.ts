import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { bootstrap, type Rotation } from '../bootstrap.ts';
import { FolderAuthority, FolderParts } from '../folder-secrets.ts';
import { parts } from '../parts.ts';

const hour = 3_600_000;

/** Folders of all parts as bootstrap makes them under Compose. */
export class Bootstrapped implements AsyncDisposable {
  readonly #folder: string;
  readonly store: FolderParts;

  private constructor(folder: string) {
    this.#folder = folder;
    this.store = new FolderParts(join(folder, 'parts'));
  }

  static async create(): Promise<Bootstrapped> {
    const folder = await mkdtemp(join(tmpdir(), 'go-coffee-parts-'));
    // Containers of other users pass through it to their own part, which they read as its group.
    await chmod(folder, 0o755);
    const made = new Bootstrapped(folder);
    await made.run();
    return made;
  }

  async run(rotation?: Rotation): Promise<void> {
    await bootstrap({
      authority: await FolderAuthority.open(join(this.#folder, 'authority')),
      store: this.store,
      parts,
      passwords: true,
      certificates: true,
      lifetimeMs: hour,
      rotation,
      now: new Date(),
    });
  }

  folderOf(part: string): string {
    return join(this.#folder, 'parts', part);
  }

  identityOf(part: string): TlsIdentity {
    return TlsIdentity.open(this.folderOf(part));
  }

  async passwordOf(part: string, name: string): Promise<string> {
    return (await this.store.read(part, 'secrets'))?.[name] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

/** A user of an image, with the group that may read the folders of this process. */
export const userWithOurGroup = (uid: number): string => `${uid}:${process.getgid?.() ?? 0}`;
