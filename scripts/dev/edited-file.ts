import { readFile, writeFile } from 'node:fs/promises';

const title = /(\btitle: '[^']+?)(?: \(edit \d+\))?'/;

/** A service's app.ts with another title of its API: a change that anybody sees in /openapi.json. @throws when it has none */
export function withTitle(source: string, edit: number): string {
  if (!title.test(source)) throw new Error('There is no title in it.');
  return source.replace(title, `$1 (edit ${edit})'`);
}

const skipping = /(\bSkip to content)(?: \(edit \d+\))?/;

/** The page's app.tsx with other words on its first button: whoever asks for the page gets them. @throws when it has none */
export function withButton(source: string, edit: number): string {
  if (!skipping.test(source)) throw new Error('There is no such button in it.');
  return source.replace(skipping, `$1 (edit ${edit})`);
}

const nothing = /(\bThere is nothing here)(?: \(edit \d+\))?/;

/** platform/errors/app-error.ts, which all services load, with other words for what is not found. @throws when it has none */
export function withNothing(source: string, edit: number): string {
  if (!nothing.test(source)) throw new Error('There are no such words in it.');
  return source.replace(nothing, `$1 (edit ${edit})`);
}

/** A source that is changed for a while, and is as it was afterwards. */
export class EditedFile implements AsyncDisposable {
  readonly #path: string;
  readonly #original: string;
  readonly #change: typeof withTitle;

  private constructor(path: string, original: string, change: typeof withTitle) {
    this.#path = path;
    this.#original = original;
    this.#change = change;
  }

  static async open(path: string, change = withTitle): Promise<EditedFile> {
    return new EditedFile(path, await readFile(path, 'utf8'), change);
  }

  /** @returns when it was saved, on the clock of `performance.now()`. */
  async save(edit: number): Promise<number> {
    await writeFile(this.#path, this.#change(this.#original, edit));
    return performance.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await writeFile(this.#path, this.#original);
  }
}
