import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The part whose word for an address counts, by the name in its certificate (services/bootstrap/parts.ts). */
const proxyName = 'edge';

// Asked for each request, and the same for a whole connection.
const proxies = new WeakMap<Socket, boolean>();

function isProxy(socket: Socket): boolean {
  const known = proxies.get(socket);
  if (known !== undefined) return known;
  const found =
    socket instanceof TLSSocket && socket.authorized && socket.getPeerCertificate().subject?.CN === proxyName;
  proxies.set(socket, found);
  return found;
}

/**
 * The address of the client that a request is from: the peer's, or what the edge says, which shows who it is by its
 * certificate. Anybody else's X-Forwarded-For is what anybody may write.
 */
export function clientAddress({ socket, headers }: IncomingMessage): string {
  const forwarded = headers['x-forwarded-for'];
  if (typeof forwarded === 'string' && isIP(forwarded) && isProxy(socket)) return forwarded;
  return socket.remoteAddress ?? 'unknown';
}
