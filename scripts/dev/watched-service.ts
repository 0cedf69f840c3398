import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface WatchedProgram {
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What Node gets after its own options: preloads and the main file, relative to `cwd`. */
  readonly arguments: readonly string[];
  readonly inspectorPort: number;
  /** Where Node keeps what it has compiled: a restart takes half of the time with it. */
  readonly compileCache: string;
  readonly onLine: (line: string) => void;
}

const killAfterMs = 25_000;

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What Node gets for a program that starts anew whenever a file that it has loaded changes. */
const watching: readonly string[] = [
  '--watch',
  // Its screen is a log of several programs: nothing clears it.
  '--watch-preserve-output',
  '--watch-kill-signal=SIGUSR2',
  beside('./handover.ts'),
  '--import',
  beside('./watch-reports.ts'),
  '--import',
  beside('./debugger.ts'),
];

/** Each line as it comes; nothing is kept. */
function follow(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

/**
 * A service under `node --watch`. The old program is told to stop (SIGTERM) and the new one starts while it drains
 * (handover.ts); what does not start waits for the next change. Disposal stops it for good, in an orderly way.
 */
export class WatchedService implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #killAtExit: () => void;

  constructor({ cwd, environment, arguments: rest, inspectorPort, compileCache, onLine }: WatchedProgram) {
    // A process group of its own: Ctrl-C in a terminal reaches us alone, who stop it once.
    this.#child = spawn(process.execPath, [...watching, ...rest], {
      cwd,
      env: { ...environment, INSPECTOR_PORT: String(inspectorPort), NODE_COMPILE_CACHE: compileCache },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream) follow(stream, onLine);
    this.#killAtExit = () => this.#kill('SIGKILL');
    process.once('exit', this.#killAtExit);
  }

  /** Resolves when Node's watcher has ended, which it does by itself only when it can't go on. */
  get ended(): Promise<unknown> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // The watcher alone, which passes it on: a service that gets it twice stops at once.
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#kill('SIGKILL'), killAfterMs);
      await this.#ended;
      clearTimeout(timer);
    }
    process.off('exit', this.#killAtExit);
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: it ended in between, which is what was wanted.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
