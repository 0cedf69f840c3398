import { readFile, writeFile } from 'node:fs/promises';

const title = /(\btitle: '[^']+?)(?: \(edit \d+\))?'/;

/** A service's app.ts with another title of its API: a change that anybody sees in /openapi.json. @throws when it has none */
export function withTitle(source: string, edit: number): string {
  if (!title.test(source)) throw new Error('There is no title in it.');
  return source.replace(title, `$1 (edit ${edit})'`);
}

/** A source that is changed for a while, and is as it was afterwards. */
export class EditedFile implements AsyncDisposable {
  readonly #path: string;
  readonly #original: string;

  private constructor(path: string, original: string) {
    this.#path = path;
    this.#original = original;
  }

  static async open(path: string): Promise<EditedFile> {
    return new EditedFile(path, await readFile(path, 'utf8'));
  }

  /** @returns when it was saved, on the clock of `performance.now()`. */
  async save(edit: number): Promise<number> {
    await writeFile(this.#path, withTitle(this.#original, edit));
    return performance.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await writeFile(this.#path, this.#original);
  }
}
