import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A request as autocannon's clients take it. */
export interface LaneRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LaneAnswer {
  /** 0: none came. */
  readonly status: number;
  readonly body: string;
  /** Why there is none. */
  readonly reason?: string;
}

/**
 * What pacing needs of autocannon's client. Four of it are none of its interface: it has no way to say when a request is
 * to be sent, only how many a second (docs/adr/0040). The version is pinned, and lane.test.ts holds it to this.
 */
export interface AutocannonClient extends EventEmitter {
  readonly conn: Socket;
  readonly parser: { execute(chunk: Buffer): unknown };
  setRequests(requests: readonly object[]): void;
  /** Sends the next request, when a connection is made and after each answer. */
  _doRequest(): void;
  _connect(): void;
  _destroyConnection(): void;
}

// A server that is away is not asked in a loop without a pause, which would take the processor from it.
const reconnectAfterMs = 100;

interface Pending {
  readonly settle: (answer: LaneAnswer) => void;
  readonly timer: NodeJS.Timeout;
  timedOut: boolean;
}

export interface LaneOptions {
  /** How long an answer is waited for, in milliseconds. */
  readonly timeoutMs: number;
  /** Called when the lane can take a request. */
  readonly onFree: (lane: Lane) => void;
  /** Called when the server's certificate is not of the authority: autocannon itself takes any. */
  readonly onUntrusted: (why: string) => void;
}

/** One connection of autocannon's that sends when it is told to, and nothing while it waits for an answer. */
export class Lane {
  readonly #client: AutocannonClient;
  readonly #options: LaneOptions;
  readonly #sendNow: () => void;
  readonly #connect: () => void;
  #connected = true;
  #pending: Pending | undefined;
  #free = false;
  #closing = false;
  #reconnecting: NodeJS.Timeout | undefined;

  constructor(client: AutocannonClient, options: LaneOptions) {
    this.#client = client;
    this.#options = options;
    this.#sendNow = client._doRequest.bind(client);
    client._doRequest = () => this.#ready();
    this.#connect = client._connect.bind(client);
    client._connect = () => {
      client._connect = () => this.#lost();
      this.#connect();
    };
    const parse = client.parser.execute.bind(client.parser);
    client.parser.execute = (chunk) => {
      if (this.#pending) return parse(chunk);
      // 408 to a connection on which nothing came: autocannon looks for the request that it belongs to.
      return client.conn.destroy(new Error('an answer to no request'));
    };
    client.on('headers', ({ shouldKeepAlive }: { shouldKeepAlive: boolean }) => {
      this.#closing = !shouldKeepAlive;
      this.#verify();
    });
  }

  /** Whether it can take a request. */
  get usable(): boolean {
    return this.#free;
  }

  /** Sends it at once. `settle` gets the answer, or that there is none. */
  send(request: LaneRequest, settle: (answer: LaneAnswer) => void): void {
    this.#free = false;
    const timer = setTimeout(() => {
      pending.timedOut = true;
      this.#client.conn.destroy(new Error('no answer in time'));
    }, this.#options.timeoutMs);
    const pending: Pending = { settle, timer, timedOut: false };
    this.#pending = pending;
    if (!this.#connected) {
      this.#connected = true;
      this.#connect();
    }
    const onResponse = (status: number, body: string): void => this.#settle({ status, body });
    this.#client.setRequests([{ ...request, onResponse }]);
    this.#sendNow();
  }

  #settle(answer: LaneAnswer): void {
    const pending = this.#pending;
    this.#pending = undefined;
    clearTimeout(pending?.timer);
    pending?.settle(answer);
  }

  /** Autocannon would send the next request now: after an answer, and when it has a connection. */
  #ready(): void {
    if (this.#free || this.#pending || this.#closing || this.#reconnecting) return;
    this.#free = true;
    this.#options.onFree(this);
  }

  #lost(): void {
    // Else what is left of the lost request would take the next answer for its own.
    this.#client._destroyConnection();
    if (this.#free) {
      // Closed for its silence, as others are at the same moment: it is made anew when it is needed, not with all of them.
      this.#connected = false;
      return;
    }
    if (this.#pending) {
      const reason = this.#pending.timedOut ? 'TIMEOUT' : 'CONNECTION_LOST';
      this.#settle({ status: 0, body: '', reason });
    }
    // An error and the end of one connection are one reason.
    this.#reconnecting ??= setTimeout(() => {
      this.#reconnecting = undefined;
      this.#closing = false;
      this.#connect();
    }, reconnectAfterMs);
  }

  #verify(): void {
    const { conn } = this.#client;
    if (conn instanceof TLSSocket && !conn.authorized)
      this.#options.onUntrusted(String(conn.authorizationError));
  }
}
