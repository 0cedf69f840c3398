import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Cluster } from './cluster.ts';

/** A port of this machine that leads to a port of a Service, until disposal. */
export interface PortForward extends AsyncDisposable {
  readonly localPort: number;
}

/**
 * `kubectl port-forward`, from a free port of 127.0.0.1. It leads to one pod: when that is gone it has ended.
 *
 * @throws Error with kubectl's own words when it does not get there
 */
export async function portForward(
  cluster: Pick<Cluster, 'start'>,
  namespace: string,
  service: string,
  port: number,
): Promise<PortForward> {
  const child = cluster.start(['port-forward', '--namespace', namespace, `service/${service}`, `:${port}`]);
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => lines.push(String(text)));
  try {
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(() => {
        throw new Error(`port-forward to ${service} ended: ${lines.join('')}`);
      }),
    ])) as [string];
    const localPort = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (!localPort) throw new Error(`port-forward to ${service} says: ${line}`);
    return {
      localPort: Number(localPort),
      async [Symbol.asyncDispose]() {
        child.kill();
        await ended;
      },
    };
  } catch (error) {
    child.kill();
    throw error;
  }
}
