import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from './global-setup.ts';

/** One client's connection through the proxy. */
export interface ProxiedConnection {
  readonly client: Socket;
  readonly server: Socket;
  /** Ends it on both sides, without a goodbye, as a broken network does. */
  readonly break: () => void;
}

/** Decides what becomes of a chunk: `true` forwards it. */
export interface Tap {
  readonly fromClient: (chunk: Buffer) => boolean;
  readonly fromServer: (chunk: Buffer) => boolean;
}

/**
 * A TCP proxy in front of a server, which can go away and come back without the server's doing. Its own port stays,
 * also when the server's changes: `target` is asked for every connection.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: () => Address;
  readonly #tap: (connection: ProxiedConnection) => Tap | undefined;
  readonly #connections = new Set<ProxiedConnection>();
  #away = false;

  private constructor(target: () => Address, tap: (connection: ProxiedConnection) => Tap | undefined) {
    this.#target = target;
    this.#tap = tap;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(
    target: () => Address,
    tap: (connection: ProxiedConnection) => Tap | undefined = () => undefined,
  ): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, tap);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject);
    proxy.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  get host(): string {
    return '127.0.0.1';
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections, and new ones as soon as they are made, until `restore`. */
  goAway(): void {
    this.#away = true;
    this.breakConnections();
  }

  restore(): void {
    this.#away = false;
  }

  breakConnections(): void {
    for (const connection of this.#connections) connection.break();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goAway();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  #accept(client: Socket): void {
    if (this.#away) {
      client.on('error', ignoreBrokenPeer);
      client.resetAndDestroy();
      return;
    }
    const { host, port } = this.#target();
    const server = connect({ host, port });
    const connection: ProxiedConnection = {
      client,
      server,
      break: () => {
        this.#connections.delete(connection);
        client.destroy();
        server.destroy();
      },
    };
    this.#connections.add(connection);
    const tap = this.#tap(connection);
    client.on('data', (chunk: Buffer) => (tap?.fromClient(chunk) ?? true) && server.write(chunk));
    server.on('data', (chunk: Buffer) => (tap?.fromServer(chunk) ?? true) && client.write(chunk));
    for (const side of [client, server]) {
      side.on('error', ignoreBrokenPeer);
      side.once('close', connection.break);
    }
  }
}

/** A broken peer is what the proxy is for: `close` follows, and ends the other side. */
function ignoreBrokenPeer(error: Error): void {
  void error;
}
