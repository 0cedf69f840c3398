/**
 * Opens Node's debugger at INSPECTOR_PORT of 127.0.0.1, and leaves the port as soon as the process is told to stop: the next
 * one begins while this one drains. A preload of services that ./coffee dev runs.
 */
import inspector from 'node:inspector';

const port = Number(process.env.INSPECTOR_PORT);
const tryEveryMs = 500;

/** The one before may hold the port for a moment still: Node then says so, and there is no address. */
function open(): void {
  if (inspector.url() === undefined) inspector.open(port, '127.0.0.1');
  if (inspector.url() === undefined && port !== 0) setTimeout(open, tryEveryMs).unref();
}

open();
process.once('SIGTERM', () => {
  inspector.close();
  // Told before the service could have listened: it ends as it would without this.
  if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
});
