import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Meter } from '@opentelemetry/api';
import { Periodic } from '../lifecycle/periodic.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { TlsIdentity } from './identity.ts';

/** A server that speaks no HTTP, and whose certificate is looked at. */
export interface WatchedServer {
  readonly host: string;
  readonly port: number;
  /** PostgreSQL begins TLS only when it is asked to. */
  readonly protocol: 'tls' | 'postgresql';
}

const lookEveryMs = 60_000;
const answerWithinMs = 5_000;

/**
 * Tells for how long the certificates are valid that servers show: `coffee.certificate.remaining` in seconds, negative
 * when one is not any more. Each is looked at by a connection of its own, which says nothing else: those that are in use
 * go on with the certificate that they began with.
 */
export function watchCertificates(
  servers: readonly WatchedServer[],
  tls: TlsIdentity,
  meter: Meter,
  log: Logger,
): AsyncDisposable {
  const ends = new Map<string, number>();
  meter
    .createObservableGauge('coffee.certificate.remaining', {
      unit: 's',
      description: 'How long the certificate of a server that speaks no HTTP is valid still',
    })
    .addCallback((result) => {
      for (const [address, end] of ends)
        result.observe((end - Date.now()) / 1_000, { 'server.address': address });
    });
  const work = async (): Promise<boolean> => {
    const looks = await Promise.allSettled(
      servers.map(async (server) => ends.set(server.host, await certificateEnd(server, tls))),
    );
    for (const look of looks) if (look.status === 'rejected') throw look.reason;
    return false;
  };
  return new Periodic({ name: 'certificates', intervalMs: lookEveryMs, work }, log);
}

/**
 * When the certificate ends that a server shows, in milliseconds since 1970.
 *
 * @throws Error when it does not answer, or shows none.
 */
export async function certificateEnd(
  { host, port, protocol }: WatchedServer,
  tls: TlsIdentity,
): Promise<number> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const socket = connectPlain({ host, port });
  socket.on('error', () => socket.destroy());
  try {
    await once(socket, 'connect', { signal });
    if (protocol === 'postgresql') await askForTls(socket, signal);
    // One that is not valid any more is to be told of, not refused.
    const secure = connectTls({
      socket,
      servername: host,
      ...tls.clientOptions(),
      rejectUnauthorized: false,
    });
    await once(secure, 'secureConnect', { signal });
    return endOf(secure, host);
  } finally {
    socket.destroy();
  }
}

/** The SSLRequest of https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL, answered by `S`. */
async function askForTls(socket: Socket, signal: AbortSignal): Promise<void> {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(80_877_103, 4);
  socket.write(request);
  const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
  if (answer.toString() !== 'S') throw new Error('PostgreSQL offers no TLS');
}

function endOf(socket: TLSSocket, host: string): number {
  const { valid_to: end = '' } = socket.getPeerCertificate();
  const at = Date.parse(end);
  if (Number.isNaN(at)) throw new Error(`${host} shows no certificate`);
  return at;
}
