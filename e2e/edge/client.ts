import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The parsed body, where it is JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Whether its connection had been used before. */
  readonly reused: boolean;
  /** The fingerprint (SHA-256) of the certificate that its connection was opened with. */
  readonly certificate: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A client of the edge that verifies its certificate. */
export class EdgeClient implements Disposable {
  readonly #address: {
    readonly host: string;
    readonly servername: string;
    readonly port: number;
    ca: string;
  };
  readonly #agent: Agent;

  constructor(port: number, ca: string) {
    this.#address = { host: '127.0.0.1', servername: 'localhost', port, ca };
    this.#agent = new Agent({ keepAlive: true, maxSockets: 8 });
  }

  /** @throws the connection's error */
  async send(sent: Sent, ownConnection = false): Promise<Reply> {
    const { method = 'GET', path = '/', headers = {}, body } = sent;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request({
      ...this.#address,
      method,
      path,
      headers: { host: 'localhost', ...length, ...headers },
      agent: ownConnection ? false : this.#agent,
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    // Before its end, with which the connection is given back.
    const certificate = (incoming.socket as TLSSocket).getPeerCertificate().fingerprint256;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const json = /json/.test(incoming.headers['content-type'] ?? '') && text !== '';
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text,
      body: json ? JSON.parse(text) : undefined,
      reused: outgoing.reusedSocket,
      certificate,
    };
  }

  post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    ownConnection = false,
  ): Promise<Reply> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.send({ method: 'POST', path, headers: json, body: JSON.stringify(body) }, ownConnection);
  }

  /** A TLS connection, for what no client library would send. @throws the error of a failed handshake */
  async connect(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({ ...this.#address, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }

  /** Sends these bytes, and reads until the edge closes the connection. */
  async sendRaw(bytes: string | Buffer): Promise<string> {
    const socket = await this.connect();
    const answer = readToEnd(socket);
    socket.write(bytes);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** Everything until the connection is closed, by whichever way. */
export async function readToEnd(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  socket.once('end', () => resolve());
  // A reset is one of the ways.
  socket.once('error', () => resolve());
  await promise;
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}
