import type { BatchContext, BatchHandler } from './batch-consumer.ts';
import { SeekError } from './batch-errors.ts';
import type { IncomingMessage } from './messages.ts';

export interface JoinOptions {
  /** The most messages of a joined batch; that of one partition is not split. */
  readonly maxBatch: number;
  /** How many joined batches are handled at once. */
  readonly concurrency: number;
  /** The least time between the beginnings of two of them, in milliseconds: what comes meanwhile shares the second. */
  readonly lingerMs: number;
}

// Where the processor is full a batch takes long, and larger ones make room: the next begins when as much time has passed
// again, but not later than so many times `lingerMs`.
const mostLingers = 5;

interface Waiting {
  readonly topic: string;
  readonly messages: readonly IncomingMessage[];
  readonly context: BatchContext;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets batches of several partitions of a topic share one call of `handle`, as the clients of a database share a commit: a
 * transaction costs about as much for one message as for a hundred, and a fetch brings a few messages of each partition.
 * The messages of a partition stay in order, and a partition has one batch at a time. When `handle` rejects, each partition is
 * handled by itself, and the messages of those for which it rejects again come again. At low traffic nothing waits.
 */
export function joinBatches(handle: BatchHandler, options: JoinOptions): BatchHandler {
  const joiner = new Joiner(handle, options);
  return (messages, context) => joiner.add(messages, context);
}

class Joiner {
  readonly #handle: BatchHandler;
  readonly #options: JoinOptions;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;
  #beganAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  constructor(handle: BatchHandler, options: JoinOptions) {
    this.#handle = handle;
    this.#options = options;
  }

  add(messages: readonly IncomingMessage[], context: BatchContext): Promise<void> {
    const topic = messages[0]?.topic ?? '';
    return new Promise((resolve, reject) => {
      this.#waiting.push({ topic, messages, context, resolve, reject });
      if (this.#isFull()) this.#unplan();
      this.#plan();
    });
  }

  /** Never at once: the other partitions of the same fetch come within this turn of the event loop. */
  #plan(): void {
    const { concurrency, lingerMs } = this.#options;
    if (this.#timer || this.#waiting.length === 0 || this.#underWay >= concurrency) return;
    const longerMs = this.#isFull() ? 0 : Math.min(2 * this.#tookMs, mostLingers * lingerMs);
    const apartMs = Math.max(lingerMs, longerMs);
    const waitMs = Math.max(0, this.#beganAt + apartMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#begin();
    }, waitMs);
  }

  #unplan(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether there is as much of the next topic as a batch takes. */
  #isFull(): boolean {
    const [first] = this.#waiting;
    const alike = this.#waiting.filter(({ topic }) => topic === first?.topic);
    return alike.reduce((count, { messages }) => count + messages.length, 0) >= this.#options.maxBatch;
  }

  async #begin(): Promise<void> {
    const beganAt = performance.now();
    this.#beganAt = beganAt;
    this.#underWay += 1;
    const joined = this.#take();
    this.#plan();
    try {
      await this.#handleTogether(joined);
    } finally {
      this.#tookMs = performance.now() - beganAt;
      this.#underWay -= 1;
      this.#plan();
    }
  }

  /**
   * Each by itself when that fails: what can't be handled of one partition must not hold up the others. One that is to be read
   * from elsewhere is not handed over again, as if that had been done.
   */
  async #handleTogether(joined: readonly Waiting[]): Promise<void> {
    const [first, ...others] = joined;
    if (!first) return;
    const messages = joined.flatMap((one) => one.messages);
    try {
      await this.#handle(messages, first.context);
      for (const { resolve } of joined) resolve();
    } catch (error) {
      if (others.length === 0) return first.reject(error);
      const elsewhere = error instanceof SeekError ? error.partition : undefined;
      for (const one of joined) {
        if (one.messages[0]?.partition === elsewhere) one.reject(error);
        else await this.#handleTogether([one]);
      }
    }
  }

  /** The oldest, and what else there is of its topic. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    let room = this.#options.maxBatch;
    for (const one of this.#waiting) {
      const fits = taken[0] === undefined || (one.topic === taken[0].topic && one.messages.length <= room);
      if (fits) room -= one.messages.length;
      (fits ? taken : left).push(one);
    }
    this.#waiting = left;
    return taken;
  }
}
