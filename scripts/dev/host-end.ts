import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '#platform/lifecycle/abort.ts';

export interface HostEndOptions {
  /** Where the stand-in takes waiting connections, on 127.0.0.1. */
  readonly tunnelPort: number;
  /** Where the service listens, on 127.0.0.1. */
  readonly servicePort: number;
  /** Connections kept waiting: so many clients are taken without a round trip. */
  readonly waiting?: number;
  /** How long a client waits for a service that is being restarted. */
  readonly patienceMs?: number;
  /** Whether the service can answer: one that has just started listens before it can. Always, unless told. */
  readonly isReady?: () => Promise<boolean>;
  /** How long a client waits for that; then the service itself may say what it lacks. */
  readonly readyWithinMs?: number;
}

const host = '127.0.0.1';
const defaultWaiting = 8;
const defaultPatienceMs = 10_000;
const defaultReadyWithinMs = 3_000;
const retryServiceMs = 20;

/**
 * The end of the tunnel on this machine: keeps connections to the stand-in waiting, and joins each that a client takes
 * to the service. Comes back by itself when the stand-in restarts.
 */
export class HostEnd implements Disposable {
  readonly #options: Required<HostEndOptions>;
  readonly #sockets = new Set<Socket>();
  #failures = 0;
  #stopped = false;

  constructor(options: HostEndOptions) {
    this.#options = {
      waiting: defaultWaiting,
      patienceMs: defaultPatienceMs,
      isReady: () => Promise.resolve(true),
      readyWithinMs: defaultReadyWithinMs,
      ...options,
    };
    for (let count = 0; count < this.#options.waiting; count += 1) this.#wait();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // What happened is told by `close`.
    return socket.on('error', () => socket.destroy());
  }

  #wait(): void {
    if (this.#stopped) return;
    const tunnel = this.#track(connect({ host, port: this.#options.tunnelPort }));
    let taken = false;
    tunnel.once('connect', () => {
      this.#failures = 0;
    });
    // Clients of HTTP and TLS speak first: what they say ends the waiting, and the next connection takes its place.
    tunnel.once('data', (first: Buffer) => {
      taken = true;
      tunnel.pause();
      this.#wait();
      void this.#whenReady(tunnel, first);
    });
    tunnel.once('close', () => {
      if (taken) return;
      this.#failures += 1;
      setTimeout(() => this.#wait(), backoff(this.#failures, 50, 1_000)).unref();
    });
  }

  async #whenReady(tunnel: Socket, first: Buffer): Promise<void> {
    const { isReady, readyWithinMs, patienceMs } = this.#options;
    const began = performance.now();
    while (!tunnel.destroyed && performance.now() < began + readyWithinMs && !(await isReady()))
      await delay(retryServiceMs);
    this.#serve(tunnel, first, began + patienceMs);
  }

  #serve(tunnel: Socket, first: Buffer, deadline: number): void {
    if (this.#stopped || tunnel.destroyed) return;
    const service = connect({ host, port: this.#options.servicePort });
    service.once('error', () => {
      if (performance.now() > deadline) tunnel.destroy();
      else setTimeout(() => this.#serve(tunnel, first, deadline), retryServiceMs).unref();
    });
    service.once('connect', () => {
      service.removeAllListeners('error');
      this.#track(service);
      service.once('close', () => tunnel.destroy());
      tunnel.once('close', () => service.destroy());
      service.write(first);
      tunnel.pipe(service);
      service.pipe(tunnel);
    });
  }
}
