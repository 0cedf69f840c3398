import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { check, run } from './run.ts';

const log = '/var/log/go-coffee-dockerd.log';
const startTimeoutMs = 60_000;

const answers = async (signal: AbortSignal): Promise<boolean> =>
  (await run('docker', ['version', '--format', '{{.Server.Version}}'], { signal, timeoutMs: 5_000 })).code ===
  0;

/** Starts dockerd in a session of its own, so that it outlives this process; its pid file is /run/docker.pid. */
async function launch(): Promise<{ exited: () => boolean }> {
  await using output = await open(log, 'a');
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', output.fd, output.fd] });
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  child.once('error', () => {
    exited = true;
  });
  child.unref();
  return { exited: () => exited };
}

async function lastLines(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-8).join('\n');
}

async function launchAndWait(signal: AbortSignal): Promise<void> {
  const daemon = await launch();
  const deadline = performance.now() + startTimeoutMs;
  while (!(await answers(signal))) {
    if (daemon.exited() || performance.now() > deadline) {
      throw new UserError('The Docker daemon did not start.', `The end of ${log}:\n${await lastLines(log)}`);
    }
    await delay(250, undefined, { signal });
  }
}

/**
 * Starts the installed Docker daemon and waits until it answers: by systemd where that runs, else directly (containers,
 * WSL2 without systemd). Does nothing when it answers already, for example because its package started it.
 */
export async function startDaemon(signal: AbortSignal): Promise<void> {
  if (await answers(signal)) return;
  if (existsSync('/run/systemd/system')) {
    await step('Starting the Docker daemon (systemctl start docker)', () =>
      check('systemctl', ['start', 'docker'], { signal }),
    );
    return;
  }
  await step(`Starting the Docker daemon (dockerd, log: ${log})`, () => launchAndWait(signal));
}
