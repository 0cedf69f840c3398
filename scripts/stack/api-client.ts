import { Agent, type IncomingMessage, request } from 'node:http';

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, starting with `/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the request is given up; 10 s unless told. */
  readonly timeoutMs?: number;
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

/**
 * A JSON client over kept-alive connections of bounded number. node:http rather than fetch: it costs a third of the
 * CPU a request, and load generator and stack share the machine.
 */
export class ApiClient implements Disposable {
  readonly #baseUrl: URL;
  readonly #agent: Agent;

  constructor(baseUrl: URL, maxConnections = 16) {
    this.#baseUrl = baseUrl;
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxConnections, scheduling: 'lifo' });
  }

  /** @throws NoReplyError when no complete answer came in time */
  send({ method, path, body, headers, timeoutMs = 10_000 }: ApiRequest): Promise<ApiReply> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.#baseUrl), {
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
      // A timer of our own: the socket's counts only idle time, and not the time spent waiting for a socket.
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
