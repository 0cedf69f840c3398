import { messageOf } from '../errors/app-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { backoff, pause } from './abort.ts';

export interface PeriodicOptions {
  /** For the log. */
  readonly name: string;
  readonly intervalMs: number;
  /** Resolves to whether there is more to do right now. */
  readonly work: (signal: AbortSignal) => Promise<boolean>;
}

/** Does something again and again, never twice at once, until it is disposed; a failure is told once and tried again. */
export class Periodic implements AsyncDisposable {
  readonly #options: PeriodicOptions;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: PeriodicOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { name, intervalMs, work } = this.#options;
    const { signal } = this.#stopped;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = await work(signal);
        failures = 0;
        if (!more) await pause(intervalMs, signal);
      } catch (error) {
        if (failures === 0)
          this.#log.warn({ name, error: messageOf(error) }, 'periodic work failed, trying again');
        await pause(backoff(failures, Math.min(intervalMs, 500)), signal);
        failures += 1;
      }
    }
  }
}
