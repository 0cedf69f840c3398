import { type Context, context } from '@opentelemetry/api';
import { AppError, messageOf } from '../errors/app-error.ts';
import { within } from '../lifecycle/abort.ts';
import type { OutgoingMessage } from './messages.ts';
import type { Sender, TracedMessage } from './sender.ts';

export interface BatchingProducerOptions {
  /** How long a message waits for others to share its produce request, in milliseconds. */
  readonly lingerMs?: number;
  /** The most messages in one produce request. */
  readonly maxBatch?: number;
  /** The most produce requests under way. */
  readonly maxInFlight?: number;
  /** The most messages that wait or are under way; more are refused. Bounds memory. */
  readonly maxPending?: number;
  /** How long a caller waits for the acknowledgement, in milliseconds. */
  readonly deadlineMs?: number;
}

interface Pending {
  readonly message: OutgoingMessage;
  readonly context: Context;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
  readonly timer: NodeJS.Timeout;
  /** Nobody waits for it any more. */
  abandoned: boolean;
}

const retryAfterSeconds = 2;

/**
 * Lets concurrent callers share produce requests (a micro-batch of about 5 ms): a durable acknowledgement costs each
 * of them a fraction of a request. Refuses work when its bounded queue is full (design.md, decision 1).
 */
export class BatchingProducer implements AsyncDisposable {
  readonly #sender: Pick<Sender, 'send'>;
  readonly #options: Required<BatchingProducerOptions>;
  #queue: Pending[] = [];
  #inFlight = 0;
  #inFlightMessages = 0;
  #linger: NodeJS.Timeout | undefined;
  /** What waits has waited long enough: it goes with the next request that may be sent. */
  #overdue = false;
  #idle: (() => void) | undefined;

  constructor(sender: Pick<Sender, 'send'>, options: BatchingProducerOptions = {}) {
    this.#sender = sender;
    this.#options = {
      // Kafka's own clients take the same (KIP-1030).
      lingerMs: 5,
      maxBatch: 500,
      maxInFlight: 4,
      maxPending: 10_000,
      deadlineMs: 5_000,
      ...options,
    };
  }

  /** Messages that wait or are under way. */
  get pending(): number {
    return this.#queue.length + this.#inFlightMessages;
  }

  /**
   * Resolves when every in-sync replica has the message.
   *
   * @throws AppError `overloaded`: the queue is full, nothing was sent.
   * @throws AppError `dependency-unavailable`: Kafka did not take it in time, nothing was sent.
   * @throws AppError `outcome-unknown`: it was sent and may have been written; repeat it with the same id.
   */
  publish(message: OutgoingMessage): Promise<void> {
    if (this.pending >= this.#options.maxPending) {
      return Promise.reject(
        new AppError('overloaded', 'Too many requests wait for Kafka; try again shortly.', {
          retryAfterSeconds,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(pending), this.#options.deadlineMs);
      const pending: Pending = {
        message,
        context: context.active(),
        resolve,
        reject,
        timer,
        abandoned: false,
      };
      this.#queue.push(pending);
      if (this.#queue.length >= this.#options.maxBatch) this.#flush();
      else this.#linger ??= setTimeout(() => this.#flush(), this.#options.lingerMs);
    });
  }

  /** Waits for what is pending: every caller gets its answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush();
    if (this.pending === 0) return;
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    // Every caller has its answer after the deadline; a broker that hangs must not hold up the stop.
    await within(2 * this.#options.deadlineMs, idle);
  }

  #flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    while (this.#queue.length > 0 && this.#inFlight < this.#options.maxInFlight) {
      void this.#sendBatch(this.#queue.splice(0, this.#options.maxBatch));
    }
    this.#overdue = this.#queue.length > 0;
  }

  async #sendBatch(batch: readonly Pending[]): Promise<void> {
    this.#inFlight += 1;
    this.#inFlightMessages += batch.length;
    try {
      await this.#sender.send(batch satisfies readonly TracedMessage[]);
      for (const pending of batch) this.#settle(pending, pending.resolve);
    } catch (error) {
      const failure = error instanceof AppError ? error : outcomeUnknown(error);
      for (const pending of batch) this.#settle(pending, () => pending.reject(failure));
    } finally {
      this.#inFlight -= 1;
      this.#inFlightMessages -= batch.length;
      // An answer is no reason to send early: under load there is one every few milliseconds.
      if (this.#overdue) this.#flush();
      if (this.pending === 0) this.#idle?.();
    }
  }

  #settle(pending: Pending, tell: () => void): void {
    clearTimeout(pending.timer);
    if (!pending.abandoned) tell();
  }

  #expire(pending: Pending): void {
    pending.abandoned = true;
    const waiting = this.#queue.indexOf(pending);
    if (waiting === -1) {
      pending.reject(outcomeUnknown(new Error(`no answer within ${this.#options.deadlineMs} ms`)));
      return;
    }
    this.#queue.splice(waiting, 1);
    if (this.pending === 0) this.#idle?.();
    pending.reject(
      new AppError('dependency-unavailable', 'Kafka does not take messages right now; nothing was sent.', {
        retryAfterSeconds,
      }),
    );
  }
}

const outcomeUnknown = (cause: unknown): AppError =>
  new AppError('outcome-unknown', `Kafka did not acknowledge the message: ${messageOf(cause)}`, {
    cause,
    retryAfterSeconds,
  });
