import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { Permits } from './permits.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, starting with `/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Headers that are asked for when a connection is free: a token that was taken before, while the API is overloaded, may have
   * expired by then.
   */
  readonly authorize?: () => Promise<Readonly<Record<string, string>>>;
  /** Milliseconds until the request is given up, from when it is sent; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Aborted: what still waits for a connection is not sent. What is under way goes on. */
  readonly signal?: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  /** The parsed JSON; undefined when the body is none. */
  readonly body: unknown;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** No answer came: the connection failed, broke or timed out. Whether the request took effect is not known. */
export class NoReplyError extends Error {
  override readonly name = 'NoReplyError';
  /** `ECONNREFUSED`, `ECONNRESET`, `TIMEOUT` … */
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`no answer: ${code}`, { cause });
    this.code = code;
  }
}

const largestReplyBytes = 4 * 1024 * 1024;

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:';

/**
 * A JSON client over kept-alive connections of bounded number. node:http rather than fetch: it costs a third of the
 * CPU a request, and load generator and stack share the machine.
 */
export class ApiClient implements Disposable {
  readonly #baseUrl: URL;
  readonly #agent: Agent;
  readonly #permits: Permits;

  /** @param authority of the server's certificate (PEM), for `https:`. */
  constructor(baseUrl: URL, maxConnections = 16, authority?: string) {
    this.#baseUrl = baseUrl;
    const pooling = { keepAlive: true, maxSockets: maxConnections, scheduling: 'lifo' } as const;
    this.#agent = isSecure(baseUrl)
      ? new SecureAgent({ ...pooling, ...(authority ? { ca: authority } : {}) })
      : new Agent(pooling);
    this.#permits = new Permits(maxConnections);
  }

  /** @throws NoReplyError when no complete answer came in time, or when it was not sent (`NOT_SENT`) */
  async send(what: ApiRequest): Promise<ApiReply> {
    // The agent's own queue would count against the time-out: under overload it sends requests that have almost no
    // time left, whose answers nobody waits for, and the server does nothing else any more.
    if (!(await this.#permits.acquire(what.signal))) throw new NoReplyError('NOT_SENT');
    try {
      return await this.#send({ ...what, headers: { ...what.headers, ...(await what.authorize?.()) } });
    } finally {
      this.#permits.release();
    }
  }

  #send({ method, path, body, headers, timeoutMs = 10_000 }: ApiRequest): Promise<ApiReply> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure(this.#baseUrl) ? secureRequest : request)(new URL(path, this.#baseUrl), {
        method,
        agent: this.#agent,
        headers: {
          accept: 'application/json',
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      });
      // A timer of our own: the socket's counts only idle time.
      const timer = setTimeout(() => outgoing.destroy(new NoReplyError('TIMEOUT')), timeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        reject(error instanceof NoReplyError ? error : new NoReplyError(error.code ?? 'UNKNOWN', error));
      };
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        read(incoming).then((reply) => {
          clearTimeout(timer);
          resolve(reply);
        }, fail);
      });
      outgoing.end(payload);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

async function read(incoming: IncomingMessage): Promise<ApiReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestReplyBytes) throw new NoReplyError('TOO_LARGE');
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    body: parse(Buffer.concat(chunks).toString('utf8')),
    retryAfterMs: retryAfter(incoming.headers['retry-after']),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An error page of a proxy is no JSON: its status says enough.
    return undefined;
  }
}

/** Retry-After as seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
