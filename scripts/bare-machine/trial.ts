import { say, step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { run } from '../docker/run.ts';
import { type BareMachine, startMachine } from './machine.ts';

/** What a newcomer types, and once more with everything cached. */
export const defaultCommands = [
  './coffee up',
  './coffee test',
  './coffee down',
  './coffee up',
  './coffee test',
  './coffee down --volumes',
];

export interface Timing {
  command: string;
  code: number;
  seconds: number;
}

async function assertPossible(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UserError(
      'A bare machine needs root on Linux.',
      'Run it as root, for example in a CI job: sudo -E …',
    );
  }
  const packages = {
    mmdebstrap: 'mmdebstrap',
    ip: 'iproute2',
    iptables: 'iptables',
    nsenter: 'util-linux',
    git: 'git',
  };
  for (const [program, name] of Object.entries(packages)) {
    if ((await run(program, ['--version'])).code === 127) {
      throw new UserError(`A bare machine needs ${program}.`, `sudo apt-get install ${name}`);
    }
  }
}

async function time(machine: BareMachine, command: string, signal: AbortSignal): Promise<Timing> {
  say(`\n$ ${command}`);
  const startedAt = performance.now();
  const { code } = await machine.run(command, { signal, onLine: (line) => say(`  │ ${line}`) });
  return { command, code, seconds: (performance.now() - startedAt) / 1000 };
}

export function report(timings: readonly Timing[]): string {
  return timings
    .map(
      ({ command, code, seconds }) =>
        `${seconds.toFixed(1).padStart(8)} s  ${code === 0 ? 'ok' : `exit ${code}`}  ${command}`,
    )
    .join('\n');
}

/**
 * Makes a bare machine, runs the commands in it one after the other up to the first that fails, and removes it again.
 * Resolves to the time of each.
 */
export async function tryOnBareMachine(
  suite: string,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<Timing[]> {
  await assertPossible();
  await using machine = await step(`Making a bare machine (Debian ${suite})`, () =>
    startMachine(suite, signal),
  );
  const timings: Timing[] = [];
  for (const command of commands) {
    const timing = await time(machine, command, signal);
    timings.push(timing);
    if (timing.code !== 0) break;
  }
  say('\nRemoving the bare machine');
  return timings;
}
