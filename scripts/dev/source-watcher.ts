import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// An editor writes a file in several steps: emptied, filled, renamed.
const settledAfterMs = 30;

/** Tells when one of some files is saved. It looks at their folders: editors put another file in a file's place. */
export class SourceWatcher implements Disposable {
  readonly #onChange: () => void;
  readonly #files = new Set<string>();
  readonly #folders = new Map<string, FSWatcher>();
  #settling: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * @param files their absolute paths; those that are known are left out
   * @param readAfterMs when they were read at the earliest, on the clock of `Date.now()`: what was saved since is a change
   * @throws when the system has no watchers left
   */
  add(files: readonly string[], readAfterMs: number): void {
    for (const file of files) {
      if (this.#files.has(file)) continue;
      this.#files.add(file);
      this.#watchFolder(dirname(file));
      stat(file).then(
        ({ mtimeMs }) => mtimeMs > readAfterMs && this.#changed(),
        // It has gone since: the next start says who misses it.
        () => this.#changed(),
      );
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.#files.clear();
  }

  #watchFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      if (name === null || this.#files.has(join(folder, name))) this.#changed();
    });
    // A folder that goes takes its watcher along; it is looked at again when a file of it is loaded.
    watcher.on('error', () => {
      watcher.close();
      this.#folders.delete(folder);
    });
    this.#folders.set(folder, watcher);
  }

  #changed(): void {
    if (this.#files.size === 0) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(this.#onChange, settledAfterMs);
  }
}
