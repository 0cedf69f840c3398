/**
 * Stands in for a service that runs on the developer's machine: in its container, under its name, on its port. It runs
 * by itself in the services' image (`node stand-in.ts`) and imports nothing but Node.
 *
 * Containers can't call a program on the host in a way that works with every Docker (addresses of bridges, firewalls,
 * Docker Desktop's own network). The other way round always works: the host's end (host-end.ts) keeps some connections
 * to TUNNEL_PORT waiting, and each connection of a client takes one of them. What goes through is not looked at: TLS is
 * between the client and the service, which has its own certificate.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

const waitForHostMs = 10_000;

export interface StandIn {
  /** Takes the service's clients. */
  readonly service: Server;
  /** Takes the host's waiting connections. */
  readonly tunnel: Server;
}

/** Joins two connections until either ends. */
function join(client: Socket, host: Socket): void {
  client.pipe(host);
  host.pipe(client);
  client.once('close', () => host.destroy());
  host.once('close', () => client.destroy());
}

/** Neither listens yet. */
export function createStandIn(): StandIn {
  const idle: Socket[] = [];
  const clients: Socket[] = [];
  // An error is followed by `close`, which says all there is to know.
  const quiet = (socket: Socket): Socket => socket.on('error', () => socket.destroy());
  const without = (list: Socket[], socket: Socket): void => {
    const at = list.indexOf(socket);
    if (at >= 0) list.splice(at, 1);
  };
  const tunnel = createServer({ pauseOnConnect: true }, (host) => {
    quiet(host).once('close', () => without(idle, host));
    const client = clients.shift();
    if (client) join(client, host);
    else idle.push(host);
  });
  const service = createServer((client) => {
    quiet(client).once('close', () => without(clients, client));
    // Not before it says something: connections that are opened ahead of any request, as browsers do, take none of the host's.
    client.once('readable', () => assign(client));
  });
  const assign = (client: Socket): void => {
    const host = idle.shift();
    if (host) {
      join(client, host);
      return;
    }
    clients.push(client);
    // While the service restarts its clients wait, as they would for a container that starts.
    const timer = setTimeout(() => clients.includes(client) && client.destroy(), waitForHostMs);
    timer.unref();
  };
  return { service, tunnel };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { SERVICE_PORT = '8080', TUNNEL_PORT = '8079' } = process.env;
  const { service, tunnel } = createStandIn();
  service.listen(Number(SERVICE_PORT));
  tunnel.listen(Number(TUNNEL_PORT));
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(0));
}
