import { createServer } from 'node:net';
import { agentAnswers } from '../console-agent/agent-process.ts';
import { run } from '../docker/run.ts';
import { type CheckResult, failed, note, ok } from './result.ts';

export interface Port {
  /** The variable of .env that sets it. */
  variable: string;
  number: number;
}

/** The ports of .env, each overridden by the environment variable of its name, as Compose does it. */
export function portsOf(dotenv: string, environment: Record<string, string | undefined>): Port[] {
  return [...dotenv.matchAll(/^(\w+_PORT)=(\d+)$/gm)].map(([, variable = '', value]) => ({
    variable,
    number: Number(environment[variable] ?? value),
  }));
}

/** Tries to listen as Docker would; undefined when that works, else the error's code. */
function listenError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'EUNKNOWN'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

/** Name and Compose project of the container that publishes the port. */
async function publisher(
  port: number,
  signal: AbortSignal,
): Promise<{ name: string; project: string } | undefined> {
  const format = '{{.Names}}\t{{.Label "com.docker.compose.project"}}';
  const args = ['ps', '--filter', `publish=${port}`, '--format', format];
  const { code, stdout } = await run('docker', args, { signal, timeoutMs: 10_000 });
  const [name = '', project = ''] = stdout.trim().split('\n')[0]?.split('\t') ?? [];
  return code === 0 && name ? { name, project } : undefined;
}

/** The process that listens, by ss (Linux) or lsof (macOS), as far as we may see it. */
async function listener(port: number, signal: AbortSignal): Promise<string | undefined> {
  const ss = await run('ss', ['-Hltnp', `sport = :${port}`], { signal, timeoutMs: 5_000 });
  const found = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss.stdout);
  if (found) return `${found[1]} (process ${found[2]})`;
  const lsof = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    signal,
    timeoutMs: 5_000,
  });
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(lsof.stdout) ?? [];
  return name ? `${name} (process ${pid})` : undefined;
}

export function judgePort({ variable, number }: Port, error: string, holder: string): CheckResult {
  const name = `port ${number}`;
  if (error === 'EACCES') {
    return note(name, `only the Docker engine may open it (${variable})`);
  }
  const free = number < 55_000 ? number + 10_000 : number - 10_000;
  const remedy = `Stop that, or use another port: ${variable}=${free} ./coffee up (for good: in .env)`;
  return failed(name, `taken by ${holder} (${variable})`, remedy);
}

async function checkPort(port: Port, project: string, signal: AbortSignal): Promise<CheckResult | undefined> {
  const error = await listenError(port.number);
  if (!error) return undefined;
  // ./coffee up replaces it.
  if (port.variable === 'CONSOLE_AGENT_PORT' && (await agentAnswers(port.number))) return undefined;
  const container = await publisher(port.number, signal);
  if (container?.project === project) return undefined;
  const holder = container ? `the container ${container.name}` : await listener(port.number, signal);
  return judgePort(port, error, holder ?? 'another program');
}

/** One result for each port that is not to be had; a single one when all are free or our own stack's. */
export async function checkPorts(
  ports: Port[],
  project: string,
  signal: AbortSignal,
): Promise<CheckResult[]> {
  const found = await Promise.all(ports.map((port) => checkPort(port, project, signal)));
  const problems = found.filter((result) => result !== undefined);
  if (problems.length > 0) return problems;
  return [ok('ports', `${ports.map(({ number }) => number).join(', ')}: free, or our own`)];
}

/** Whether the platform's own containers run: what they use is then not missing. */
export async function ownStackRuns(project: string, signal: AbortSignal): Promise<boolean> {
  const filter = `label=com.docker.compose.project=${project}`;
  const { code, stdout } = await run('docker', ['ps', '--quiet', '--filter', filter], {
    signal,
    timeoutMs: 10_000,
  });
  return code === 0 && stdout.trim() !== '';
}
