import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEntry } from './journal-entry.ts';

const defaultGatherMs = 4;

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An append-only file of JSON lines that survives a crash of this machine: what `append` has resolved for is on disk.
 */
export class Journal implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #gatherMs: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, gatherMs: number) {
    this.path = path;
    this.#file = file;
    this.#gatherMs = gatherMs;
  }

  /**
   * Makes the file and its directory entry durable.
   *
   * @param gatherMs lines of this many milliseconds share one write and one fdatasync (group commit).
   * @throws when there is such a file already
   */
  static async create(path: string, gatherMs = defaultGatherMs): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'ax');
    // Without this the lines could be on disk while the file's name is not.
    const directory = await open(dirname(path), 'r');
    await directory.sync().finally(() => directory.close());
    return new Journal(path, file, gatherMs);
  }

  /** Resolves when the entry is on disk; rejects when the disk did not take it. */
  append(entry: JournalEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Writes what is waiting and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      await delay(this.#gatherMs);
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(group.map(({ line }) => line).join(''));
        await this.#file.datasync();
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }
}
