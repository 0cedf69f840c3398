import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

type Output = 'stdout' | 'stderr';

export interface RunOptions {
  cwd?: string;
  /** Added to this process' environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  /** Stops the child when it aborts: SIGTERM, and SIGKILL after `killAfterMs`. */
  signal?: AbortSignal;
  /** Ten seconds, unless the child has more to put in order. */
  killAfterMs?: number;
  /** Written to the child's standard input, which is empty otherwise. */
  input?: string | Buffer;
  /** Called with each line of both outputs as it comes, for progress, and with which of them said it. */
  onLine?: (line: string, output: Output) => void;
  /** False for what may run for days: lines go to `onLine` and are not kept for the result. */
  keepOutput?: boolean;
  /** Stops the child after this many milliseconds. */
  timeoutMs?: number;
  /** For what would leave something half done, like a package manager: not even a second Ctrl-C stops it. */
  uninterruptible?: boolean;
}

export interface RunResult {
  /** The exit code; 128 when a signal ended the child, 124 after a time-out (as coreutils' timeout has it). */
  code: number;
  stdout: string;
  stderr: string;
}

/** A command that could not be started or that failed; the message ends with the last lines that it printed. */
export class RunError extends Error {
  readonly result: RunResult;

  constructor(command: string, args: readonly string[], result: RunResult) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
    super(`${[command, ...args].join(' ')} failed with exit code ${result.code}:\n${tail}`);
    this.name = 'RunError';
    this.result = result;
  }
}

const defaultKillAfterMs = 10_000;

/**
 * Children lead process groups of their own: Ctrl-C in a terminal reaches only us, and we stop a child together with
 * what it started (`docker compose` runs as a plugin of `docker`).
 */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: it ended in between, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Each with whether it may be killed. */
const running = new Map<ChildProcess, boolean>();

/** A second Ctrl-C exits at once; children in groups of their own would outlive that. */
function killRunningAtExit(): void {
  for (const [child, mayBeKilled] of running) if (mayBeKilled) signalGroup(child, 'SIGKILL');
}

/** Whether something runs now whose end has to be waited for. */
export const mustFinish = (): boolean => [...running.values()].includes(false);

function started(child: ChildProcess, mayBeKilled: boolean): void {
  if (running.size === 0) process.once('exit', killRunningAtExit);
  running.set(child, mayBeKilled);
}

function ended(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) process.off('exit', killRunningAtExit);
}

async function collect(
  stream: Readable,
  output: Output,
  { onLine, keepOutput = true }: RunOptions,
): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (keepOutput) lines.push(line);
    onLine?.(line, output);
  }
  return lines.length ? `${lines.join('\n')}\n` : '';
}

/**
 * Runs a program without a shell and collects its output.
 * A failing program is a result, not an error; so is a missing one (code 127, as in a shell).
 * @throws the signal's reason as an AbortError when `signal` aborted
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { cwd, env, signal, input, timeoutMs, killAfterMs = defaultKillAfterMs } = options;
  const { uninterruptible = false } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    detached: true,
    ...(cwd ? { cwd } : {}),
  });
  started(child, !uninterruptible);
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    killTimer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), killAfterMs);
  };
  const timeout =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  // A child that ends without reading its input is no error of ours (EPIPE).
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(input);
  try {
    const outputs = Promise.all([
      collect(child.stdout, 'stdout', options),
      collect(child.stderr, 'stderr', options),
    ]);
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') resolve(127);
        else reject(error);
      });
      child.once('exit', (exitCode) => resolve(exitCode ?? 128));
    });
    if (code === 127 && child.pid === undefined) {
      return { code, stdout: '', stderr: `${command}: not found\n` };
    }
    const [stdout, stderr] = await outputs;
    signal?.throwIfAborted();
    return { code: timedOut ? 124 : code, stdout, stderr };
  } finally {
    ended(child);
    clearTimeout(timeout);
    clearTimeout(killTimer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Like `run`, for programs that must succeed. @throws RunError with the last lines of the output */
export async function check(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new RunError(command, args, result);
  return result;
}
