import { portForward } from '../../../scripts/cluster/port-forward.ts';
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
  await using forward = await portForward(cluster, namespace, service, port);
  return await use(forward.localPort);
}
