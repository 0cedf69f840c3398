import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { messageOf } from '#platform/errors/app-error.ts';
import type { FromWatcher, ToWatcher } from './warm-start.ts';

export interface WatchedProgram {
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Preloads and the main file, relative to `cwd`: `[--import preload]… main.ts`. */
  readonly arguments: readonly string[];
  readonly inspectorPort: number;
  /** Where Node keeps what it has compiled: a restart takes half of the time with it. */
  readonly compileCache: string;
  readonly onLine: (line: string) => void;
}

const killAfterMs = 25_000;

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** @throws what Node throws at once instead of telling it: ENOMEM */
function fork(program: WatchedProgram): ChildProcess {
  const { cwd, environment, arguments: rest, inspectorPort, compileCache } = program;
  const own = { INSPECTOR_PORT: String(inspectorPort), NODE_COMPILE_CACHE: compileCache };
  // A process group of its own: Ctrl-C in a terminal reaches us alone, who stop it once.
  return spawn(process.execPath, [beside('./warm-start.ts'), '--import', beside('./debugger.ts'), ...rest], {
    cwd,
    env: { ...environment, ...own },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Resolves to what it ended with, or why there is none. */
function endOf(child: ChildProcess): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  child.once('exit', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  // What can't be sent to it, or be killed, is told as well, and there is one.
  child.on('error', (error) => child.pid === undefined && resolve(messageOf(error)));
  return promise;
}

/** One process of a service: it loads packages, waits until it is to start, serves, and is stopped once. */
export class Program {
  /** There is none when the system had no room for one. */
  readonly #child: ChildProcess | undefined;
  readonly #ended: Promise<number | string>;
  #isAlive = true;
  #startedAtMs = Number.POSITIVE_INFINITY;
  #stoppedAtMs = Number.POSITIVE_INFINITY;

  constructor(program: WatchedProgram, packages: readonly string[], onMessage: (message: ToWatcher) => void) {
    try {
      this.#child = fork(program);
      this.#ended = endOf(this.#child);
    } catch (error) {
      this.#ended = Promise.resolve(messageOf(error));
    }
    this.#ended = this.#ended.finally(() => {
      this.#isAlive = false;
    });
    this.#child?.on('message', onMessage);
    // Each line as it comes; nothing is kept.
    for (const stream of [this.#child?.stdout, this.#child?.stderr])
      if (stream)
        createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', program.onLine);
    this.#tell({ packages });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Resolves when it has ended, to what it ended with: a code, the name of a signal, or why it did not begin. */
  ended(): Promise<number | string> {
    return this.#ended;
  }

  /** On the clock of `Date.now()`; it reads no source before. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** When it was told to stop, on the clock of `performance.now()`. */
  get stoppedAtMs(): number {
    return this.#stoppedAtMs;
  }

  start(): void {
    this.#startedAtMs = Date.now();
    this.#tell({ start: true });
  }

  /** Resolves when it has ended. Once: a service that is told twice does not drain. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#stoppedAtMs = performance.now();
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), killAfterMs);
    await this.#ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #tell(message: FromWatcher): void {
    // To one that has ended nothing can be said; `ended` tells. One that has not begun has no channel.
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }
}
