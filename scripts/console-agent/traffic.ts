import type { z } from 'zod';
import type { AgentTraffic, trafficRequest } from '#contracts/http/console-agent.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import { lastLines, type RunCoffee } from './run-coffee.ts';

const mostLines = 500;

/** `./coffee traffic`, once at a time. */
export class Traffic implements AsyncDisposable {
  readonly #runCoffee: RunCoffee;
  #lines: string[] = [];
  #startedAt: string | null = null;
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(runCoffee: RunCoffee) {
    this.#runCoffee = runCoffee;
  }

  get state(): AgentTraffic {
    return {
      running: this.#running !== undefined,
      startedAt: this.#startedAt,
      lines: lastLines(this.#lines),
    };
  }

  /** @throws AppError `name-taken` while there is some. */
  start({ rate, seconds, cryptoShare }: z.infer<typeof trafficRequest>): AgentTraffic {
    if (this.#running) throw new AppError('name-taken', 'There is traffic already; stop it first.');
    const stop = new AbortController();
    this.#lines = [];
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
    const ended = this.#run(args, stop.signal).finally(() => {
      this.#running = undefined;
    });
    this.#running = { stop, ended };
    return this.state;
  }

  /** Ends it early, with a complete journal; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<void> {
    const say = (line: string): void => {
      this.#lines.push(line);
      if (this.#lines.length > mostLines) this.#lines.splice(0, mostLines / 2);
    };
    try {
      const { code } = await this.#runCoffee(args, { signal, onLine: say });
      if (code !== 0) say(`It ended with exit code ${code}.`);
    } catch (error) {
      say(signal.aborted ? 'It was stopped.' : messageOf(error));
    }
  }
}
