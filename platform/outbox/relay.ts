import type { Database } from '../database/database.ts';
import { messageOf } from '../errors/app-error.ts';
import type { Sender } from '../kafka/sender.ts';
import { contextFromHeaders } from '../kafka/tracing.ts';
import { backoff, pause, within } from '../lifecycle/abort.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Outbox, shardCount } from './outbox.ts';

export interface RelayParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly sender: Pick<Sender, 'send'>;
  readonly log: Logger;
}

export interface RelayOptions {
  /** How often the outbox is looked at without being told, in milliseconds: finds what a killed replica left. */
  readonly pollMs?: number;
  /**
   * The least time between the beginnings of two looks at it, in milliseconds: what commits meanwhile shares a transaction
   * and a produce request.
   */
  readonly lingerMs?: number;
  /** The most events of one produce request. */
  readonly maxBatch?: number;
  /** The most shards of one produce request: the others are for other replicas. Half of them unless told. */
  readonly maxShards?: number;
}

const stopLimitMs = 10_000;
// A look at the whole outbox costs as much as publishing some of it.
const lagEveryMs = 500;

/**
 * Publishes the outbox. A shard belongs to whichever relay holds its advisory lock for the length of one transaction,
 * so replicas share the work and a killed one blocks nothing. A batch is one produce request and is marked only after
 * every in-sync replica has it: a failure publishes it again, in the same order (decision 5).
 */
export class Relay implements AsyncDisposable {
  readonly #database: Database;
  readonly #outbox: Outbox;
  readonly #sender: Pick<Sender, 'send'>;
  readonly #log: Logger;
  readonly #pollMs: number;
  readonly #lingerMs: number;
  readonly #maxBatch: number;
  readonly #maxShards: number;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #wake = Promise.withResolvers<void>();
  #lagMs = 0;
  #lagSeenAt = Number.NEGATIVE_INFINITY;
  /** Somebody has said that there is something to publish. */
  #poked = false;

  constructor({ database, outbox, sender, log }: RelayParts, options: RelayOptions = {}) {
    this.#database = database;
    this.#outbox = outbox;
    this.#sender = sender;
    this.#log = log;
    this.#pollMs = options.pollMs ?? 500;
    this.#lingerMs = options.lingerMs ?? 25;
    this.#maxBatch = options.maxBatch ?? 500;
    this.#maxShards = options.maxShards ?? shardCount / 2;
    this.#running = this.#run();
  }

  /** Age of the oldest unpublished event when the outbox was last looked at as a whole, in milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** There is something to publish: do not wait for the next poll. */
  poke(): void {
    this.#poked = true;
    this.#wake.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.poke();
    // What a broker that hangs does not answer is published again by the next relay.
    await within(stopLimitMs, this.#running);
  }

  /** Publishes one batch. @returns how many events it had. */
  publishOnce(): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const shards = await this.#outbox.lockShards(transaction, this.#maxShards);
      if (shards.length === 0) return 0;
      const rows = await this.#outbox.unpublished(transaction, shards, this.#maxBatch);
      if (rows.length === 0) return 0;
      await this.#sender.send(
        rows.map(({ message, trace }) => ({ message, context: contextFromHeaders(trace) })),
      );
      await this.#outbox.markPublished(
        transaction,
        rows.map((row) => row.id),
      );
      return rows.length;
    });
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      const beganAt = performance.now();
      try {
        const more = (await this.#hasWork(beganAt)) && (await this.publishOnce()) > 0;
        failures = 0;
        if (!more) await this.#rest(this.#pollMs);
        await this.#linger(beganAt);
      } catch (error) {
        if (failures === 0) this.#log.warn({ error: messageOf(error) }, 'relay failed, trying again');
        await this.#rest(backoff(failures));
        failures += 1;
      }
    }
  }

  /** Who was told need not look, but now and then for the age of what waits. */
  async #hasWork(now: number): Promise<boolean> {
    const poked = this.#poked;
    this.#poked = false;
    if (poked && now - this.#lagSeenAt < lagEveryMs) return true;
    const lagMs = await this.#outbox.lagMs(this.#database);
    this.#lagSeenAt = now;
    // The clock of PostgreSQL may step back: a negative age is an event to publish all the same.
    this.#lagMs = Math.max(0, lagMs ?? 0);
    return lagMs !== undefined;
  }

  async #linger(beganAt: number): Promise<void> {
    const left = beganAt + this.#lingerMs - performance.now();
    if (left > 0) await pause(left, this.#stopped.signal);
  }

  async #rest(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), ms);
    await this.#wake.promise;
    clearTimeout(timer);
  }
}
