import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AlertmanagerNotification,
  type Notification,
  notification,
} from '#contracts/http/notifications.ts';

/** Keeps the latest notifications, in memory and in a file of JSON lines, which outlives the process. */
export class Inbox {
  readonly #file: string;
  readonly #capacity: number;
  #kept: Notification[];
  #lines: number;
  /** Changes of the file come one after the other. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, capacity: number, kept: Notification[], lines: number) {
    this.#file = file;
    this.#capacity = capacity;
    this.#kept = kept;
    this.#lines = lines;
  }

  /** @throws when the folder can't be written to. */
  static async open(directory: string, capacity: number): Promise<Inbox> {
    await mkdir(directory, { recursive: true });
    const file = join(directory, 'notifications.jsonl');
    const text = await textOf(file);
    const lines = text.split('\n').filter((line) => line !== '');
    const kept = lines.flatMap((line) => parse(line)).slice(-capacity);
    // A crash may have cut off the last line: nothing may be appended to it, so the file is written anew.
    const cutOff = text !== '' && !text.endsWith('\n');
    return new Inbox(file, capacity, kept, cutOff ? Number.POSITIVE_INFINITY : lines.length);
  }

  /** Resolves when they are on disk: only then may the sender forget them. */
  async add({ receiver, alerts }: AlertmanagerNotification, receivedAt: Date): Promise<void> {
    let id = this.#kept.at(-1)?.id ?? 0;
    const added = alerts.map(({ status, labels, annotations, startsAt }) => {
      id += 1;
      return { id, receivedAt: receivedAt.toISOString(), receiver, status, labels, annotations, startsAt };
    });
    this.#kept = [...this.#kept, ...added].slice(-this.#capacity);
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(added));
    await this.#writing;
  }

  /** Newest first. */
  list({ limit, alert }: { limit: number; alert?: string | undefined }): Notification[] {
    const wanted = this.#kept.filter(({ labels }) => alert === undefined || labels.alertname === alert);
    return wanted.slice(-limit).reverse();
  }

  async #write(added: readonly Notification[]): Promise<void> {
    if (this.#lines + added.length <= 2 * this.#capacity) {
      await appendFile(this.#file, linesOf(added));
      this.#lines += added.length;
      return;
    }
    // As a whole or not at all: a reader never sees half of it.
    await writeFile(`${this.#file}.new`, linesOf(this.#kept));
    await rename(`${this.#file}.new`, this.#file);
    this.#lines = this.#kept.length;
  }
}

const linesOf = (notifications: readonly Notification[]): string =>
  notifications.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Nothing for a line that was cut off. */
function parse(line: string): Notification[] {
  try {
    return [notification.parse(JSON.parse(line))];
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
