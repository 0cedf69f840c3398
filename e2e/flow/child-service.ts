import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { poll } from '#platform/testing/poll.ts';

export interface ChildService extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly url: string;
  readonly lines: readonly Record<string, unknown>[];
  /** Standard error so far. */
  readonly stderr: () => string;
  /** Sends the signal and resolves with the exit code. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

export interface ExitedService {
  readonly code: number | null;
  readonly stderr: string;
}

const root = new URL('../..', import.meta.url);
const telemetry = ['--import', './platform/telemetry/register.ts'];
const answerCheck = ['--import', './platform/testing/tell-undocumented.ts'];
const undocumentedPrefix = 'undocumented answer: ';

function spawnService(service: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [...telemetry, ...answerCheck, `services/${service}/main.ts`], {
    cwd: root,
    // Nothing of this process' environment: what a service needs is what its configuration names.
    env: { PATH: process.env.PATH, OTEL_SERVICE_NAME: service, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk.toString('utf8')}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts)
      if (line.startsWith('{')) lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return { child, lines, stderr: () => stderr };
}

/** Runs a service as its container does; ready when it resolves, unless told not to wait for it. */
export async function startChild(
  service: string,
  environment: Record<string, string>,
  { waitUntilReady = true } = {},
): Promise<ChildService> {
  const { child, lines, stderr } = spawnService(service, environment);
  const exited = once(child, 'exit');
  const listening = await poll(
    () => {
      if (child.exitCode !== null) throw new Error(`${service} ended with ${child.exitCode}: ${stderr()}`);
      return lines.find(({ msg }) => msg === 'listening');
    },
    { what: `${service} to listen` },
  );
  const url = `http://127.0.0.1:${String(listening.port)}`;
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;
  if (waitUntilReady) await poll(isReady, { what: `${service} to be ready` });
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  };
  return {
    process: child,
    url,
    lines,
    stderr,
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
      const undocumented = stderr()
        .split('\n')
        .filter((line) => line.startsWith(undocumentedPrefix));
      if (undocumented.length > 0) throw new Error(undocumented.join('\n'));
    },
  };
}

/** Runs a service that is expected to end by itself. */
export async function runChild(service: string, environment: Record<string, string>): Promise<ExitedService> {
  const { child, stderr } = spawnService(service, environment);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr: stderr() };
}
