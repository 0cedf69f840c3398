import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsIdentity } from '#platform/tls/identity.ts';

/** A server of this machine. */
export interface Server {
  readonly name: string;
  readonly port: number;
  /** PostgreSQL is asked for TLS in plain text first: its `SSLRequest`. */
  readonly startsPlain?: true;
}

// https://www.postgresql.org/docs/17/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

async function askForTls(socket: Socket): Promise<void> {
  socket.write(sslRequest);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (answer.toString() !== 'S') throw new Error(`no TLS: ${answer.toString()}`);
}

const answerWithinMs = 5_000;

/** The serial number of the certificate that a server shows now, which is verified. */
export async function servedSerial(server: Server, tls: TlsIdentity): Promise<string> {
  const socket = connectTcp({ host: '127.0.0.1', port: server.port });
  socket.setTimeout(answerWithinMs, () => socket.destroy(new Error(`${server.name} does not answer`)));
  try {
    await once(socket, 'connect');
    if (server.startsPlain) await askForTls(socket);
    const secure = connectTls({ socket, host: '127.0.0.1', ...tls.clientOptions() });
    await once(secure, 'secureConnect');
    return secure.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}
