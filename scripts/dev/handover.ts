/**
 * Runs a service below `node --watch`, and lets the next one begin while this one still drains: a consumer leaves its group
 * after its batch, and nobody who has just saved a file wants to wait for that. On SIGUSR2, by which the watcher ends
 * what it will start again, the service is told to stop, and the watcher need not wait. On any other signal this
 * waits for the service.
 *
 * `node --watch --watch-kill-signal=SIGUSR2 handover.ts [options of Node] main.ts`, with HTTP_PORT in the environment
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const port = Number(process.env.HTTP_PORT);
let stopping = false;
let service = start();

function start(): ChildProcess {
  const child = spawn(process.execPath, process.argv.slice(2), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // What it loads: this is how the watcher knows which files to look at.
  child.on('message', (message) => process.send?.(message));
  // Asked now: when it has ended, the port that it could not have may be free again.
  const taken = isTaken();
  child.once('exit', async (code) => ended(code ?? 1, await taken));
  return child;
}

/** Whether somebody listens: the one before, which was slow to let go of the port. */
async function isTaken(): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Refused: it is free.
    return false;
  } finally {
    socket.destroy();
  }
}

function ended(code: number, wasTaken: boolean): void {
  if (!stopping && code !== 0 && wasTaken) service = start();
  else process.exit(code);
}

process.once('SIGUSR2', () => {
  service.kill('SIGTERM');
  process.exit(0);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stopping = true;
    service.kill('SIGTERM');
  });
}
