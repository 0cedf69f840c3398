import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Health } from '../lifecycle/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import type { Application } from './app.ts';
import { answerClientError } from './client-error.ts';
import type { Refuse } from './quick-refusal.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly health: Health;
  /** How long to go on serving after readiness has failed, so that load balancers notice. */
  readonly drainDelayMs: number;
  readonly log: Logger;
  /** For HTTPS, with new certificates as they come. Absent: HTTP. */
  readonly tls?: TlsIdentity | undefined;
  /** Overrides of the limits below, for tests. */
  readonly limits?: Partial<ServerLimits>;
}

export interface ServerLimits {
  /** For all headers to arrive, and before them for the client's part of the TLS handshake. */
  readonly headersTimeoutMs: number;
  /** For the whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** Of an idle connection; longer than a load balancer's, which must be the one that closes (nginx: 60 s). */
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
  /** For requests in flight to end when the server stops; then their connections are cut. */
  readonly drainTimeoutMs: number;
  readonly checkIntervalMs: number;
  /** How often to look for a new certificate. */
  readonly certificateIntervalMs: number;
}

const defaultLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  maxHeaderBytes: 16 * 1024,
  drainTimeoutMs: 20_000,
  checkIntervalMs: 1_000,
  certificateIntervalMs: 5_000,
};

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Listens, and drains on disposal: readiness fails, `drainDelayMs` pass, no new connections are taken, idle ones
 * close, requests in flight are answered with `Connection: close`.
 *
 * @throws the listen error (EADDRINUSE, EACCES …).
 */
export async function serve(app: Application, options: ServeOptions): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const { server, follow } = create(limits, options);
  const connections = new Connections(server, options.tls !== undefined);
  server.on('request', app.callback());
  askFirst(server, (request, response) => !connections.areClosing && app.refuseUnseen(request, response));
  // An expectation that is not known may be ignored (RFC 9110, section 10.1.1); Node's 417 would have no body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (connections.canAnswer(socket)) answerClientError(error, socket);
    else socket.destroy();
  });
  await listen(server, options.host, options.port);
  const following = follow();
  const { port } = server.address() as AddressInfo;
  options.log.info({ host: options.host, port, tls: options.tls !== undefined }, 'listening');
  return {
    port,
    async [Symbol.asyncDispose]() {
      options.health.drain();
      connections.closeAfterwards();
      await delay(options.drainDelayMs);
      const closed = close(server, limits.drainTimeoutMs);
      connections.closeSilent();
      await closed;
      following?.[Symbol.dispose]();
      options.log.info('stopped listening');
    },
  };
}

interface CreatedServer {
  readonly server: Server | SecureServer;
  /** From now on the server takes new certificates. */
  readonly follow: () => Disposable | undefined;
}

function create(limits: ServerLimits, { tls, log }: ServeOptions): CreatedServer {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // The application answers it, with a problem document.
    requireHostHeader: false,
  };
  if (!tls) return { server: createServer(options), follow: () => undefined };
  const server = createSecureServer({
    ...options,
    ...tls.serverOptions('any'),
    handshakeTimeout: limits.headersTimeoutMs,
  });
  return { server, follow: () => tls.follow(server, log, limits.certificateIntervalMs) };
}

/** Asks before those that listen, and before the HTTP instrumentation, which is in the `emit` of all servers. */
function askFirst(server: Server | SecureServer, refuse: Refuse): void {
  const emit = server.emit.bind(server) as (event: string, ...values: unknown[]) => boolean;
  server.emit = (event: string, ...values: unknown[]): boolean => {
    if (event !== 'request') return emit(event, ...values);
    const [request, response] = values as [IncomingMessage, ServerResponse];
    return refuse(request, response) || emit(event, request, response);
  };
}

/** The connections with the latest response of each, for what Node does not tell: has it begun, is it the last one. */
class Connections {
  readonly #latest = new Map<Socket, ServerResponse | undefined>();
  /** TLS only, by peer: what is below a connection that has not agreed on TLS yet. */
  readonly #handshaking = new Map<string, Socket>();
  #closing = false;

  /** Whether each response closes its connection. */
  get areClosing(): boolean {
    return this.#closing;
  }

  constructor(server: Server | SecureServer, secure: boolean) {
    if (secure) this.#followHandshakes(server);
    server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#latest.set(socket, undefined);
      socket.once('close', () => this.#latest.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#latest.set(request.socket, response);
      if (this.#closing) response.setHeader('Connection', 'close');
    });
  }

  /** Not before there is TLS to answer with; and an answer that has begun can't be replaced by another one. */
  canAnswer(socket: Socket): boolean {
    const response = this.#latest.get(socket);
    const hasBegun = response?.headersSent === true && !response.writableFinished;
    return this.#latest.has(socket) && !hasBegun;
  }

  /** From now on each response closes its connection, also the ones that are being made. */
  closeAfterwards(): void {
    this.#closing = true;
    for (const response of this.#latest.values()) {
      if (response?.headersSent === false) response.setHeader('Connection', 'close');
    }
  }

  /** Closes those that were opened ahead of any request, as browsers do: Node does not count them as idle. */
  closeSilent(): void {
    for (const [socket, response] of this.#latest) {
      if (response === undefined && socket.bytesRead === 0) socket.destroy();
    }
    for (const socket of this.#handshaking.values()) socket.destroy();
  }

  #followHandshakes(server: Server | SecureServer): void {
    const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
    server.on('connection', (socket) => {
      const peer = peerOf(socket);
      this.#handshaking.set(peer, socket);
      socket.once('close', () => {
        if (this.#handshaking.get(peer) === socket) this.#handshaking.delete(peer);
      });
    });
    server.on('secureConnection', (socket: Socket) => this.#handshaking.delete(peerOf(socket)));
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  server.off('error', reject);
}

async function close(server: Server, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await promise;
  clearTimeout(timer);
}
