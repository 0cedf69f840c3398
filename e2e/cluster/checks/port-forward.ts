import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cluster } from '../stage.ts';

/**
 * `kubectl port-forward` to a port of a Service, from a free port of this machine, for as long as `use` takes.
 * @throws Error with kubectl's own words when it does not get there
 */
export async function throughPortForward<T>(
  namespace: string,
  service: string,
  port: number,
  use: (localPort: number) => Promise<T>,
): Promise<T> {
  const child = cluster.start(['port-forward', '--namespace', namespace, `service/${service}`, `:${port}`]);
  const lines: string[] = [];
  try {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => lines.push(String(text)));
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(() => {
        throw new Error(`port-forward to ${service} ended: ${lines.join('')}`);
      }),
    ])) as [string];
    const localPort = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (!localPort) throw new Error(`port-forward to ${service} says: ${line}`);
    return await use(Number(localPort));
  } finally {
    child.kill();
  }
}
