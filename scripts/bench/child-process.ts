import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { poll } from '#platform/testing/poll.ts';

/** A Node process of its own, so that what it costs can be told from what measuring costs. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
}

export interface ProcessOptions {
  readonly port: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Loaded before the program: telemetry. */
  readonly imports?: readonly string[];
  /** A path that answers with success as soon as the process serves. */
  readonly readyPath: string;
}

/** Starts a program of this repository; it serves when this resolves. */
export async function startMeasured(program: string, options: ProcessOptions): Promise<MeasuredProcess> {
  const { port, environment = {}, imports = [], readyPath } = options;
  const flags = imports.flatMap((file) => ['--import', file]);
  const child = spawn(process.execPath, [...flags, program], {
    cwd: new URL('../..', import.meta.url),
    env: { PATH: process.env.PATH, ...environment, HTTP_PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} was not started`);
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    return (await fetch(`${url}${readyPath}`)).ok;
  };
  const started: MeasuredProcess = {
    pid,
    port,
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
  try {
    await poll(ready, { what: `${program} to be ready`, deadlineMs: 60_000 });
    return started;
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw error;
  }
}

/** Processor time of a process so far, in seconds. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
