import { setImmediate as immediate } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf } from '../errors/app-error.ts';
import { backoff, pause, retryUntilAborted } from '../lifecycle/abort.ts';
import type { Logger } from '../telemetry/logger.ts';
import { SeekError } from './batch-errors.ts';
import { joinBatches } from './joined-batches.ts';
import { type IncomingMessage, toIncoming } from './messages.ts';

export interface BatchContext {
  /** Aborted when the consumer stops; a batch under way ends at its next chance. */
  readonly signal: AbortSignal;
  /** Tells the broker that the batch is still being worked on; rejects when the partition was taken away. */
  readonly heartbeat: () => Promise<void>;
}

/** Processes messages of one partition, in order. The offset moves when it resolves; when it rejects, they come again. */
export type BatchHandler = (messages: readonly IncomingMessage[], context: BatchContext) => Promise<void>;

export interface BatchConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handle: BatchHandler;
  /** How many partitions are worked on at once; joined: how many joined batches. */
  readonly concurrency?: number;
  /**
   * Batches of several partitions are handed over as one, with at least this time between two of them, in milliseconds: for
   * handlers to which a call costs more than a message. Absent: each partition by itself.
   */
  readonly joinMs?: number;
  /** The most messages of a batch; a larger fetch is split. */
  readonly maxBatch?: number;
  /**
   * How long a fetch may wait for `minBytes` of messages, in milliseconds; 1 s unless told. An empty one waits as long:
   * stopping has to wait for it.
   */
  readonly maxWaitMs?: number;
  /** Rejects while its handler could not work, for example without its schema: the group is joined when it resolves. */
  readonly whenReady?: () => Promise<void>;
  /** Messages are fetched when there are so many bytes of them; 1 unless told: at once. */
  readonly minBytes?: number;
}

const heartbeatIntervalMs = 2_000;
const defaultConcurrency = 4;
const defaultMaxBatch = 500;
// Of one fetch: all that come together can be joined.
const joinedPartitions = 64;

/**
 * A consumer group member that hands whole batches to its handler and commits their offsets afterwards: at-least-once
 * delivery. Joins in the background until it succeeds, and again after every failure.
 */
export class BatchConsumer implements AsyncDisposable {
  readonly #consumer: Consumer;
  readonly #options: BatchConsumerOptions;
  readonly #handler: BatchHandler;
  readonly #log: Logger;
  #committing: Promise<void> | undefined;
  readonly #stopped = new AbortController();
  #joining: Promise<unknown>;
  #joined = false;
  /** Crashes since the last batch that was handled: what crashes again and again must not spin. */
  #crashes = 0;
  #lost = 'has not joined its group yet';

  constructor(kafka: Kafka, options: BatchConsumerOptions, log: Logger) {
    this.#options = options;
    const { handle, joinMs, concurrency = defaultConcurrency, maxBatch = defaultMaxBatch } = options;
    this.#handler =
      joinMs === undefined ? handle : joinBatches(handle, { maxBatch, concurrency, lingerMs: joinMs });
    this.#log = log;
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      allowAutoTopicCreation: false,
      // kafkajs' default of 30 s outlives a crash test (design.md, decision 6).
      sessionTimeout: 10_000,
      rebalanceTimeout: 15_000,
      heartbeatInterval: heartbeatIntervalMs,
      maxWaitTimeInMs: options.maxWaitMs ?? 1_000,
      minBytes: options.minBytes ?? 1,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 2_000,
        retries: 5,
        restartOnFailure: () => Promise.resolve(!this.#stopped.signal.aborted),
      },
    });
    const { GROUP_JOIN, CRASH, DISCONNECT } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, () => {
      this.#joined = true;
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#leave(messageOf(payload.error));
      // kafkajs restarts after errors that it calls retriable; a consumer of ours never gives up.
      if (!payload.restart && !this.#stopped.signal.aborted) this.#joining = this.#rejoin();
    });
    this.#consumer.on(DISCONNECT, () => this.#leave('is disconnected'));
    this.#joining = this.#keepJoining();
  }

  /** Rejects unless it is a member of its group: for readiness. */
  ping(): Promise<void> {
    return this.#joined
      ? Promise.resolve()
      : Promise.reject(new Error(`group ${this.#options.groupId}: ${this.#lost}`));
  }

  /** Stops fetching, lets the batches under way end, leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#joining;
    await this.#consumer.stop();
    await this.#consumer.disconnect();
  }

  async #rejoin(): Promise<void> {
    await pause(backoff(this.#crashes, 250, 5_000), this.#stopped.signal);
    this.#crashes += 1;
    await this.#keepJoining();
  }

  #keepJoining(): Promise<unknown> {
    return retryUntilAborted(
      () => this.#join(),
      this.#stopped.signal,
      (error) => {
        this.#lost = messageOf(error);
        this.#log.warn({ error: this.#lost, group: this.#options.groupId }, 'consumer has not joined yet');
      },
    );
  }

  async #join(): Promise<void> {
    const { joinMs, concurrency = defaultConcurrency } = this.#options;
    await this.#options.whenReady?.();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await this.#consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: joinMs === undefined ? concurrency : joinedPartitions,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  #leave(reason: string): void {
    this.#joined = false;
    this.#lost = reason;
    if (!this.#stopped.signal.aborted) this.#log.warn({ reason }, 'consumer left its group');
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload;
    const size = this.#options.maxBatch ?? defaultMaxBatch;
    for (let start = 0; start < batch.messages.length; start += size) {
      if (!isRunning() || isStale()) return;
      const slice = batch.messages.slice(start, start + size);
      const messages = slice.map((message) => toIncoming(batch.topic, batch.partition, message));
      try {
        await this.#handle(messages, heartbeat);
      } catch (error) {
        if (!(error instanceof SeekError)) throw error;
        this.#seek(batch.topic, batch.partition, error);
        return;
      }
      this.#crashes = 0;
      const last = slice.at(-1);
      if (last) resolveOffset(last.offset);
      await this.#commit(payload);
      await heartbeat();
    }
  }

  /** One request for all partitions that are done at the same time: what was resolved is the group's, not the batch's. */
  #commit({ commitOffsetsIfNecessary, uncommittedOffsets }: EachBatchPayload): Promise<void> {
    this.#committing ??= immediate().then(() => {
      this.#committing = undefined;
      return commitOffsetsIfNecessary(uncommittedOffsets());
    });
    return this.#committing;
  }

  #seek(topic: string, partition: number, { offset, message }: SeekError): void {
    this.#log.warn({ topic, partition, offset, reason: message }, 'reading from another offset on');
    this.#consumer.seek({ topic, partition, offset });
  }

  /** Keeps the membership while the handler waits for something slow; a lost one shows at the next heartbeat. */
  async #handle(messages: readonly IncomingMessage[], heartbeat: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      heartbeat().catch((error: unknown) => this.#log.debug({ error: messageOf(error) }, 'heartbeat failed'));
    }, heartbeatIntervalMs);
    try {
      await this.#handler(messages, { signal: this.#stopped.signal, heartbeat });
    } finally {
      clearInterval(timer);
    }
  }
}
