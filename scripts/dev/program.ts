import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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

/** One process of a service: it loads packages, waits until it is to start, serves, and is stopped once. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #startedAtMs = Number.POSITIVE_INFINITY;

  constructor(program: WatchedProgram, packages: readonly string[], onMessage: (message: ToWatcher) => void) {
    const { cwd, environment, arguments: rest, inspectorPort, compileCache, onLine } = program;
    const own = { INSPECTOR_PORT: String(inspectorPort), NODE_COMPILE_CACHE: compileCache };
    // A process group of its own: Ctrl-C in a terminal reaches us alone, who stop it once.
    this.#child = spawn(
      process.execPath,
      [beside('./warm-start.ts'), '--import', beside('./debugger.ts'), ...rest],
      { cwd, env: { ...environment, ...own }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    this.#ended = once(this.#child, 'exit');
    this.#child.on('message', onMessage);
    // Each line as it comes; nothing is kept.
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
    this.#tell({ packages });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it has ended, to what it ended with: a code, or the name of a signal. */
  async ended(): Promise<number | string> {
    await this.#ended;
    return this.#child.exitCode ?? this.#child.signalCode ?? 'nothing';
  }

  /** On the clock of `Date.now()`; it reads no source before. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  start(): void {
    this.#startedAtMs = Date.now();
    this.#tell({ start: true });
  }

  /** Resolves when it has ended. Once: a service that is told twice does not drain. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #tell(message: FromWatcher): void {
    // To one that has ended nothing can be said; `ended` tells.
    this.#child.send(message, () => undefined);
  }
}
