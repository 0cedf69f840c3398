import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type FromGenerator,
  type GeneratorOrders,
  type Sample,
  type ToGenerator,
  unpackSamples,
} from './generator/message.ts';

export type Load = Omit<GeneratorOrders, 'share' | 'connections' | 'journalPath'>;

export interface LoadListener {
  /** The run begins now, in milliseconds since the epoch. */
  readonly onStart: (at: number) => void;
  readonly onSample: (sample: Sample) => void;
  /** Some of the orders that were accepted. */
  readonly onPlaced: (orderIds: readonly string[]) => void;
}

// What one thread sends without being late itself, with TLS, on a machine where it is not alone.
const rateOfThread = 2_500;
const startsInMs = 300;
const endWithinMs = 5_000;

/** As many as the rate needs, and the machine has processors for. */
export const generatorsFor = (rate: number): number =>
  Math.max(1, Math.min(Math.ceil(rate / rateOfThread), availableParallelism()));

/** Half a second of requests can be under way; with more, they wait, which counts. */
export const connectionsFor = (rate: number): number => Math.min(1_000, Math.max(64, Math.ceil(rate / 2)));

/**
 * Sends a load from worker threads.
 *
 * @param signal ends it early: what was sent is still waited for.
 * @returns the journals of the generators, in which every answer is.
 * @throws Error when a generator fails, or the server's certificate can't be trusted
 */
export async function runGenerators(
  load: Load,
  journalOf: (generator: number) => string,
  listener: LoadListener,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rate = Math.max(...load.phases.map((phase) => phase.rate));
  const of = generatorsFor(rate);
  const threads = Array.from({ length: of }, (_, index) => {
    const orders: GeneratorOrders = {
      ...load,
      share: { index, of },
      connections: Math.ceil(connectionsFor(rate) / of),
      customerIds: load.customerIds.filter((_, customer) => customer % of === index),
      seed: load.seed + index,
      namedPerSecond: load.namedPerSecond / of,
      journalPath: journalOf(index),
    };
    return new Thread(orders, listener);
  });
  try {
    await Promise.all(threads.map((thread) => thread.ready));
    const at = Date.now() + startsInMs;
    listener.onStart(at);
    const tellAll = (message: ToGenerator): void => {
      for (const thread of threads) thread.tell(message);
    };
    const stop = (): void => tellAll({ type: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    tellAll({ type: 'start', at });
    await Promise.all(threads.map((thread) => thread.done)).finally(() =>
      signal.removeEventListener('abort', stop),
    );
    return threads.map((_, index) => journalOf(index));
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

class Thread {
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;

  constructor(orders: GeneratorOrders, { onSample, onPlaced }: LoadListener) {
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const fail = (error: Error): void => {
      ready.reject(error);
      done.reject(error);
    };
    this.ready = ready.promise;
    this.done = done.promise;
    // Whoever waits for the other one of them hears of the failure.
    this.ready.catch(() => undefined);
    this.done.catch(() => undefined);
    this.#worker = new Worker(new URL('generator/worker.ts', import.meta.url), { workerData: orders });
    this.#exited = once(this.#worker, 'exit').catch(fail);
    this.#worker.on('error', fail);
    this.#worker.on('exit', () => fail(new Error('a generator ended before its time')));
    this.#worker.on('message', (message: FromGenerator) => {
      if (message.type === 'ready') ready.resolve();
      else if (message.type === 'done') done.resolve();
      else if (message.type === 'untrusted')
        fail(new Error(`the server's certificate is not valid: ${message.why}`));
      else {
        for (const sample of unpackSamples(message.rows)) onSample(sample);
        if (message.placed.length > 0) onPlaced(message.placed);
      }
    });
  }

  tell(message: ToGenerator): void {
    this.#worker.postMessage(message);
  }

  /** Lets it end by itself when it is done, and ends it otherwise. */
  async end(): Promise<void> {
    const timer = setTimeout(() => void this.#worker.terminate(), endWithinMs);
    await this.#exited;
    clearTimeout(timer);
  }
}
