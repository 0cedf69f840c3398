import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { KeyedCertificate } from '#platform/tls/keyed-certificate.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The name in the certificate that the client showed. */
  readonly shown: string | undefined;
}

/** Stands in for the producer: records what comes through, answers 200, and holds `/hold` until it is told. */
export class RecordingUpstream implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** What it says of itself at `/readyz`. */
  ready = true;
  readonly #server: Server | TlsServer;
  readonly #held: ServerResponse[] = [];

  private constructor(identity: KeyedCertificate | undefined) {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      this.#answer(request, response);
    this.#server = identity
      ? createTlsServer(
          { cert: identity.certificate, key: identity.key, requestCert: true, rejectUnauthorized: false },
          answer,
        )
      : createServer(answer);
  }

  /** @param identity makes it speak TLS */
  static async start(host: string, identity?: KeyedCertificate): Promise<RecordingUpstream> {
    const upstream = new RecordingUpstream(identity);
    upstream.#server.listen(0, host);
    await once(upstream.#server, 'listening');
    return upstream;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers, socket } = request;
    const shown = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
    this.requests.push({ method, path, headers, shown: shown?.toString() });
    request.resume();
    if (path === '/readyz' && !this.ready) response.writeHead(503).end();
    else if (path.startsWith('/hold')) this.#held.push(response);
    else response.setHeader('Content-Type', 'application/json').end('{}');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many requests wait for an answer. */
  get held(): number {
    return this.#held.length;
  }

  release(): void {
    for (const response of this.#held.splice(0)) response.end('{}');
  }

  /** The first request whose path starts with this. */
  find(path: string): ReceivedRequest | undefined {
    return this.requests.find((request) => request.path.startsWith(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
