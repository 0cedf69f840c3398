import { connect } from 'node:net';
import { containerOf, networkAddresses } from './service-container.ts';

const withinMs = 1_000;

/**
 * An address of a service's container that this machine reaches: on the way to it there is no process, while what is
 * published on loopback passes one of Docker's, which takes a fifth of a core for 1,000 requests a second.
 *
 * @returns undefined where Docker has a machine of its own, as on macOS
 */
export async function reachableAddress(
  service: string,
  port: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const addresses = await networkAddresses(await containerOf(service, signal), 'IPAddress', signal);
  for (const address of addresses) if (await answers(address, port)) return address;
  return undefined;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const end = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}
