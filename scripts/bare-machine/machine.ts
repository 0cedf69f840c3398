import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type RunOptions, type RunResult, run } from '../docker/run.ts';
import { moveToLeaf } from './control-groups.ts';
import { createNetwork } from './network.ts';
import { claimFolder, nameOf, removeOldRemains, removeRemains } from './remains.ts';
import { checkout, createRootFilesystem } from './root-filesystem.ts';

/** A fresh machine that shares nothing with the host but its kernel. Disposing it leaves no trace. */
export interface BareMachine extends AsyncDisposable {
  /** Runs a shell command in the clone of the repository, as its root user would. */
  run(command: string, options: RunOptions): Promise<RunResult>;
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--cgroup'];
/** Addresses of proxies and mirrors; everything else that the host's environment has stays outside. */
const carried = /^((https?|no|all)_proxy|GOPROXY|GONOSUMDB|GOFLAGS|PIP_INDEX_URL|npm_config_registry)$/i;

function environment(): string[] {
  const settings = Object.entries(process.env).filter(([name]) => carried.test(name));
  return [
    'HOME=/root',
    'LANG=C.UTF-8',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...settings.map(([name, value]) => `${name}=${value}`),
  ];
}

/** The kernel kills all processes of a PID namespace with its first one, and unmounts what only they saw. */
async function kill(holder: ChildProcess, init: number | undefined): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const gone = once(holder, 'exit');
  process.kill(init ?? holder.pid ?? Number.NaN, 'SIGKILL');
  await gone;
}

async function firstChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}

async function untilReady(holder: ChildProcess): Promise<void> {
  if (!holder.stdout) throw new Error('the machine has no output');
  let complaints = '';
  holder.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  for await (const line of createInterface({ input: holder.stdout })) if (line === 'ready') return;
  throw new Error(`the machine did not start:\n${complaints}`);
}

interface Booted {
  init: number;
  shutDown: () => Promise<void>;
}

async function boot(name: string, root: string, networkNamespace: string): Promise<Booted> {
  const enter = ['nsenter', `--net=${networkNamespace}`, 'unshare', ...namespaces, '--fork', '--kill-child'];
  // Should this process be killed, the machine dies with it.
  const args = [
    '--pdeathsig',
    'KILL',
    script('join-cgroups.sh'),
    name,
    ...enter,
    'sh',
    script('boot.sh'),
    root,
  ];
  const holder = spawn('setpriv', args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  await once(holder, 'spawn');
  let init: number | undefined;
  const shutDown = (): Promise<void> => kill(holder, init);
  try {
    await untilReady(holder);
    init = await firstChild(holder.pid ?? Number.NaN);
    await moveToLeaf(name, holder.pid ?? Number.NaN);
    return { init, shutDown };
  } catch (error) {
    await shutDown();
    throw error;
  }
}

/**
 * Makes and starts a bare machine: mmdebstrap's Debian `suite` in namespaces of its own.
 * Needs root; takes about 25 s and 0.4 GiB below /var/tmp, plus what is installed in it.
 */
export async function startMachine(suite: string, signal: AbortSignal): Promise<BareMachine> {
  await removeOldRemains();
  await using undo = new AsyncDisposableStack();
  const name = nameOf(process.pid);
  const root = join(await claimFolder(process.pid), 'root');
  undo.defer(() => removeRemains(process.pid));
  await createRootFilesystem(suite, root, signal);
  const { init, shutDown } = await boot(name, root, await createNetwork(name));
  undo.defer(shutDown);
  const owned = undo.move();
  const inside = [
    name,
    'nsenter',
    `--target=${init}`,
    '--net',
    ...namespaces,
    '--root',
    `--wd=${join(root, checkout)}`,
  ];
  return {
    run: (command, options) =>
      run(
        script('join-cgroups.sh'),
        [...inside, 'env', '-i', ...environment(), 'sh', '-c', command],
        options,
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
