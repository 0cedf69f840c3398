import { messageOf } from '#platform/errors/app-error.ts';
import { lastLines } from './run-coffee.ts';

const mostLines = 500;

/** What runs once at a time, until it ends or is stopped, and the latest lines that it has said. */
export class SingleRun implements AsyncDisposable {
  #lines: string[] = [];
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The last ones, as they are shown. */
  get lines(): string[] {
    return lastLines(this.#lines);
  }

  /** @param work gets what stops it; the caller has seen that nothing runs */
  start(work: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    this.#lines = [];
    const ended = work(stop.signal).finally(() => {
      this.#running = undefined;
    });
    this.#running = { stop, ended };
  }

  readonly say = (line: string): void => {
    this.#lines.push(line);
    if (this.#lines.length > mostLines) this.#lines.splice(0, mostLines / 2);
  };

  /** Says why it has not come to its end. */
  sayFailure(error: unknown, signal: AbortSignal): void {
    this.say(signal.aborted ? 'It was stopped.' : messageOf(error));
  }

  /** Ends it early; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
