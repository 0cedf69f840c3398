import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AlertmanagerNotification,
  type Notification,
  notification,
} from '#contracts/http/notifications.ts';

/** Of all that is kept, as JSON: whoever may send must not fill the memory of a small process, nor its file. */
export const mostCharacters = 8_000_000;

interface Kept {
  readonly told: Notification;
  /** Characters of its line. */
  readonly length: number;
}

/** Keeps the latest notifications, in memory and in a file of JSON lines, which outlives the process. */
export class Inbox {
  readonly #file: string;
  readonly #capacity: number;
  #kept: readonly Kept[];
  /** Of the file: its lines, and the characters of them all. */
  #lines: number;
  #characters: number;
  /** The last one in the file: when it is written anew, those that wait for their turn are in it already. */
  #writtenId: number;
  /** Changes of the file come one after the other. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, capacity: number, text: string) {
    const lines = text.split('\n').filter((line) => line !== '');
    this.#file = file;
    this.#capacity = capacity;
    this.#kept = latest(
      lines.flatMap((line) => parse(line)),
      capacity,
    );
    // A crash may have cut off the last line: nothing may be appended to it, so the file is written anew.
    const cutOff = text !== '' && !text.endsWith('\n');
    this.#lines = cutOff ? Number.POSITIVE_INFINITY : lines.length;
    this.#characters = text.length;
    this.#writtenId = this.#kept.at(-1)?.told.id ?? 0;
  }

  /** @throws when the folder can't be written to. */
  static async open(directory: string, capacity: number): Promise<Inbox> {
    await mkdir(directory, { recursive: true });
    const file = join(directory, 'notifications.jsonl');
    return new Inbox(file, capacity, await textOf(file));
  }

  /** Resolves when they are on disk: only then may the sender forget them. */
  async add({ receiver, alerts }: AlertmanagerNotification, receivedAt: Date): Promise<void> {
    let id = this.#kept.at(-1)?.told.id ?? 0;
    const added = alerts.map(({ status, labels, annotations, startsAt }) => {
      id += 1;
      return keptOf({
        ...{ id, receivedAt: receivedAt.toISOString(), receiver },
        ...{ status, labels, annotations, startsAt },
      });
    });
    this.#kept = latest([...this.#kept, ...added], this.#capacity);
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(added));
    await this.#writing;
  }

  /** Newest first. */
  list({ limit, alert }: { limit: number; alert?: string | undefined }): Notification[] {
    const wanted = this.#kept.filter(({ told }) => alert === undefined || told.labels.alertname === alert);
    return wanted
      .slice(-limit)
      .map(({ told }) => told)
      .reverse();
  }

  async #write(all: readonly Kept[]): Promise<void> {
    const added = all.filter(({ told }) => told.id > this.#writtenId);
    const characters = charactersOf(added);
    const fits =
      this.#lines + added.length <= 2 * this.#capacity && this.#characters + characters <= 2 * mostCharacters;
    if (fits) {
      await appendFile(this.#file, linesOf(added));
      this.#lines += added.length;
      this.#characters += characters;
      this.#writtenId = added.at(-1)?.told.id ?? this.#writtenId;
      return;
    }
    const kept = this.#kept;
    // As a whole or not at all: a reader never sees half of it.
    await writeFile(`${this.#file}.new`, linesOf(kept));
    await rename(`${this.#file}.new`, this.#file);
    this.#lines = kept.length;
    this.#characters = charactersOf(kept);
    this.#writtenId = kept.at(-1)?.told.id ?? this.#writtenId;
  }
}

const lineOf = (told: Notification): string => `${JSON.stringify(told)}\n`;
const linesOf = (kept: readonly Kept[]): string => kept.map(({ told }) => lineOf(told)).join('');
const keptOf = (told: Notification): Kept => ({ told, length: lineOf(told).length });
const charactersOf = (kept: readonly Kept[]): number => kept.reduce((sum, { length }) => sum + length, 0);

/** The last ones that there is room for, by number and by characters. */
function latest(kept: readonly Kept[], capacity: number): readonly Kept[] {
  let from = Math.max(kept.length - capacity, 0);
  let characters = charactersOf(kept.slice(from));
  for (; characters > mostCharacters; from += 1) characters -= kept[from]?.length ?? 0;
  return kept.slice(from);
}

/** Nothing for a line that was cut off. */
function parse(line: string): Kept[] {
  try {
    return [keptOf(notification.parse(JSON.parse(line)))];
  } catch {
    return [];
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
