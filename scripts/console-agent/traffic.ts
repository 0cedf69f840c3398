import type { z } from 'zod';
import type { AgentTraffic, trafficRequest } from '#contracts/http/console-agent.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { RunCoffee } from './run-coffee.ts';
import { SingleRun } from './single-run.ts';

/** `./coffee traffic`, once at a time. */
export class Traffic implements AsyncDisposable {
  readonly #runCoffee: RunCoffee;
  readonly #run = new SingleRun();
  #startedAt: string | null = null;

  constructor(runCoffee: RunCoffee) {
    this.#runCoffee = runCoffee;
  }

  get state(): AgentTraffic {
    return {
      running: this.#run.isRunning,
      startedAt: this.#startedAt,
      lines: this.#run.lines,
    };
  }

  /** @throws AppError `name-taken` while there is some. */
  start({ rate, seconds, cryptoShare }: z.infer<typeof trafficRequest>): AgentTraffic {
    if (this.#run.isRunning) throw new AppError('name-taken', 'There is traffic already; stop it first.');
    this.#startedAt = new Date().toISOString();
    const args = [
      'traffic',
      '--rate',
      String(rate),
      '--duration',
      `${seconds}s`,
      '--crypto',
      String(cryptoShare),
    ];
    this.#run.start((signal) => this.#order(args, signal));
    return this.state;
  }

  /** Ends it early, with a complete journal; resolves when it has ended. */
  stop(): Promise<void> {
    return this.#run.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #order(args: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      const { code } = await this.#runCoffee(args, { signal, onLine: this.#run.say });
      if (code !== 0) this.#run.say(`It ended with exit code ${code}.`);
    } catch (error) {
      this.#run.sayFailure(error, signal);
    }
  }
}
