import { Readable } from 'node:stream';
import type { WindowKind } from '#contracts/events/analytics.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { StoredWindow } from '../database/windows.ts';
import { windowClosedOf } from './analytics-events.ts';

export interface FeedOptions {
  /** Closed windows after the one with this id, in the order of their ids. */
  readonly windowsAfter: (id: number, limit: number) => Promise<StoredWindow[]>;
  /** The id of the window that was closed as the last but `count`; 0 when there are not so many. */
  readonly idOfLatestBut: (count: number) => Promise<number>;
  readonly maxClients: number;
  /** How many of the latest windows are kept in memory, for all clients together; 1,000 unless told. */
  readonly keep?: number;
  /** How often a client that gets nothing gets a comment, so that a lost connection shows, in milliseconds; 15 s. */
  readonly keepAliveMs?: number;
  /** How long a client may take to read on before it is cut off, in milliseconds; 60 s. */
  readonly stalledAfterMs?: number;
}

interface Entry {
  readonly id: number;
  readonly kind: WindowKind;
  /** As an event of the stream. */
  readonly text: string;
}

interface Client {
  readonly stream: Readable;
  /** When it last took something; undefined while it waits for something to come. */
  stalledSince: number | undefined;
}

const pageSize = 200;
// Who has not taken an event for so long, in milliseconds, would keep the server from stopping.
const endingMs = 1_000;

/**
 * Closed windows for any number of clients. What is to be sent is kept once; a client is a position in it and takes the
 * next event when its connection has room, so that one which never reads costs its position only. Who is further behind
 * than what is kept is served from PostgreSQL. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class WindowFeed implements Disposable {
  readonly #options: FeedOptions;
  readonly #keep: number;
  readonly #clients = new Set<Client>();
  readonly #timer: NodeJS.Timeout;
  #entries: Entry[] = [];
  /** Everything after this is in `#entries`. */
  #keptAfter: number | undefined;
  #woken = Promise.withResolvers<'windows' | 'keep-alive'>();
  #ended = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#keep = options.keep ?? 1_000;
    this.#timer = setInterval(() => this.#keepAlive(), options.keepAliveMs ?? 15_000);
    this.#timer.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Looks for windows that were closed since, here or by another replica. */
  async refresh(): Promise<void> {
    this.#keptAfter ??= await this.#options.idOfLatestBut(this.#keep);
    for (;;) {
      const windows = await this.#options.windowsAfter(this.#latest(), pageSize);
      if (windows.length > 0) this.#append(windows.map(entryOf));
      if (windows.length < pageSize) return;
    }
  }

  /**
   * Server-sent events of windows, for one client, from now on or from behind a window.
   *
   * @param after the id of the last window that the client has; what an id says that was never given is ignored.
   * @throws AppError `overloaded` when there are too many clients.
   */
  open({
    kind,
    after,
  }: {
    readonly kind?: WindowKind | undefined;
    readonly after?: number | undefined;
  }): Readable {
    if (this.#clients.size >= this.#options.maxClients) {
      throw new AppError(
        'overloaded',
        `${this.#options.maxClients} clients follow already; try again later.`,
        {
          retryAfterSeconds: 5,
        },
      );
    }
    const from = Math.min(after ?? Number.POSITIVE_INFINITY, this.#latest());
    let client: Client | undefined;
    const took = (waiting: boolean): void => {
      if (client) client.stalledSince = waiting ? undefined : performance.now();
    };
    // One event at a time: the next is made when this one has gone to the connection.
    const stream = Readable.from(this.#follow(from, kind, took), { highWaterMark: 1 });
    client = { stream, stalledSince: undefined };
    const opened = client;
    this.#clients.add(opened);
    stream.once('close', () => this.#clients.delete(opened));
    return stream;
  }

  /** Ends all streams: their clients come back, to another replica. */
  [Symbol.dispose](): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#wake('keep-alive');
    // The others end by themselves, with their next event.
    this.#cutOff(endingMs);
  }

  async *#follow(
    from: number,
    kind: WindowKind | undefined,
    took: (waiting: boolean) => void,
  ): AsyncGenerator<string> {
    let position = from;
    took(false);
    // How long a browser waits before it comes back.
    yield 'retry: 2000\n\n';
    while (!this.#ended) {
      const woken = this.#woken.promise;
      const entries = await this.#after(position);
      for (const { id, kind: own, text } of entries) {
        if (kind === undefined || own === kind) {
          took(false);
          yield text;
        }
        position = id;
        if (this.#ended) return;
      }
      if (entries.length > 0) continue;
      took(true);
      const reason = await woken;
      took(false);
      if (reason === 'keep-alive' && !this.#ended) yield ': still here\n\n';
    }
  }

  /** What comes after a position, a page at most. */
  async #after(position: number): Promise<readonly Entry[]> {
    const { windowsAfter } = this.#options;
    if (this.#keptAfter === undefined || position < this.#keptAfter)
      return (await windowsAfter(position, pageSize)).map(entryOf);
    const first = firstAfter(this.#entries, position);
    return this.#entries.slice(first, first + pageSize);
  }

  #latest(): number {
    return this.#entries.at(-1)?.id ?? this.#keptAfter ?? 0;
  }

  #append(entries: readonly Entry[]): void {
    this.#entries.push(...entries);
    const surplus = this.#entries.length - this.#keep;
    if (surplus > 0) {
      this.#keptAfter = this.#entries[surplus - 1]?.id;
      this.#entries = this.#entries.slice(surplus);
    }
    this.#wake('windows');
  }

  #keepAlive(): void {
    this.#cutOff(this.#options.stalledAfterMs ?? 60_000);
    this.#wake('keep-alive');
  }

  #cutOff(stalledForMs: number): void {
    const limit = performance.now() - stalledForMs;
    for (const { stream, stalledSince } of this.#clients)
      if (stalledSince !== undefined && stalledSince < limit) stream.destroy();
  }

  #wake(reason: 'windows' | 'keep-alive'): void {
    const { resolve } = this.#woken;
    this.#woken = Promise.withResolvers();
    resolve(reason);
  }
}

/** The index of the first entry behind a position; entries are in the order of their ids. */
function firstAfter(entries: readonly Entry[], position: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.id ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

function entryOf(window: StoredWindow): Entry {
  const { id, kind } = window;
  const data = JSON.stringify({ id, ...windowClosedOf(window) });
  return { id, kind, text: `id: ${id}\nevent: window\ndata: ${data}\n\n` };
}
