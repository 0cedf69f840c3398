import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { messageOf } from '#platform/errors/app-error.ts';

// An editor writes a file in several steps: emptied, filled, renamed.
const settledAfterMs = 30;

export interface SourceWatcherOptions {
  readonly onChange: () => void;
  /** Told once why changes are not seen, when the system has no watchers left. */
  readonly onTrouble: (line: string) => void;
  readonly watch?: typeof watch;
}

interface Folder {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** Which folder it is, whatever it is called; undefined when there is none. A number of an inode is used again. */
function identityOf(folder: string): string | undefined {
  const found = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : undefined;
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: ' Allow more of them: sysctl fs.inotify.max_user_watches=524288.',
  EMFILE: ' Allow more of them: sysctl fs.inotify.max_user_instances=1024.',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Tells when one of some files is saved, or made that was not there. It looks at their folders: editors put another file in a
 * file's place, and Git another folder in a folder's.
 */
export class SourceWatcher implements Disposable {
  readonly #options: SourceWatcherOptions;
  readonly #files = new Set<string>();
  readonly #folders = new Map<string, Folder>();
  #settling: NodeJS.Timeout | undefined;
  #isInTrouble = false;

  constructor(options: SourceWatcherOptions) {
    this.#options = options;
  }

  /**
   * @param files their absolute paths; one that is not there yet is a change when it is made
   * @param readAfterMs when they were read at the earliest, on the clock of `Date.now()`: what was saved since is a change
   */
  add(files: readonly string[], readAfterMs: number): void {
    for (const file of files) {
      // Before anything else: the folder may be another one than when the file was added.
      if (!this.#watchNearest(dirname(file)) || this.#files.has(file)) continue;
      this.#files.add(file);
      stat(file).then(
        ({ mtimeMs }) => mtimeMs > readAfterMs && this.#changed(),
        // It is missing, and whoever loaded it has said so: its folder tells when it is made.
        () => undefined,
      );
    }
  }

  /** Makes sure that folders are watched which have gone and come back; what is in them is no change. */
  lookAgain(): void {
    for (const folder of this.#neededFolders()) this.#watchNearest(folder);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#settling);
    for (const folder of this.#folders.keys()) this.#forget(folder);
    this.#files.clear();
  }

  #neededFolders(): Set<string> {
    return new Set([...this.#files].map((file) => dirname(file)));
  }

  /** @returns whether this folder, or the nearest above it that exists, is watched */
  #watchNearest(folder: string): boolean {
    const identity = identityOf(folder);
    const watched = this.#folders.get(folder);
    if (watched && watched.identity === identity) return true;
    this.#forget(folder);
    if (identity === undefined) return this.#watchAbove(folder);
    try {
      const watcher = (this.#options.watch ?? watch)(folder, (_event, name) => this.#heard(folder, name));
      watcher.on('error', () => this.#forget(folder));
      this.#folders.set(folder, { watcher, identity });
      return true;
    } catch (error) {
      // It went while it was looked at.
      if (codeOf(error) === 'ENOENT') return this.#watchNearest(folder);
      this.#complain(error);
      return false;
    }
  }

  #watchAbove(folder: string): boolean {
    if (folder === dirname(folder) || !this.#watchNearest(dirname(folder))) return false;
    // Made before the one above it was watched: nothing would tell.
    return identityOf(folder) === undefined || this.#watchNearest(folder);
  }

  #forget(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  #heard(folder: string, name: string | null): void {
    const path = join(folder, name ?? '');
    if (name === null || this.#files.has(path)) this.#changed();
    // A folder that goes tells its own name, and from then on nothing.
    if (name === basename(folder)) this.#lookBelow(folder);
    this.#lookBelow(path);
  }

  /** A folder with sources came, or another one in its place. */
  #lookBelow(path: string): void {
    for (const folder of this.#neededFolders()) {
      if (folder !== path && !folder.startsWith(path + sep)) continue;
      const before = this.#folders.get(folder);
      this.#watchNearest(folder);
      const isNew = this.#folders.has(folder) && this.#folders.get(folder) !== before;
      if (isNew && this.#holdsFiles(folder)) this.#changed();
    }
  }

  #holdsFiles(folder: string): boolean {
    return [...this.#files].some((file) => dirname(file) === folder && existsSync(file));
  }

  #complain(error: unknown): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#options.onTrouble(
      `What is saved is not seen everywhere: ${messageOf(error)}.${remedies[codeOf(error)] ?? ''}`,
    );
  }

  #changed(): void {
    if (this.#files.size === 0) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(this.#options.onChange, settledAfterMs);
  }
}
