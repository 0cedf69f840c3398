import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { AppError, type ErrorCode, errorCodes, messageOf } from '#platform/errors/app-error.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export interface UpstreamRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Parameters;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The header of who asks, where the upstream looks at it. */
  readonly authorization?: string | undefined;
}

// Parsed it takes several times as much, of the 128 MiB that the console may have.
const largestAnswerBytes = 4 * 1024 * 1024;
const mostConnections = 8;

/** A JSON API that the console asks. It never follows redirects, and only goes where its configuration says. */
export class Upstream implements Disposable {
  readonly name: string;
  readonly #baseUrl: URL;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  /** @param name as people call it: in errors. */
  constructor(
    name: string,
    baseUrl: string,
    { timeoutMs, tls }: { readonly timeoutMs: number; readonly tls: TlsIdentity | undefined },
  ) {
    this.name = name;
    this.#baseUrl = new URL(baseUrl);
    this.#timeoutMs = timeoutMs;
    const pooling = { keepAlive: true, maxSockets: mostConnections };
    this.#agent =
      this.#baseUrl.protocol === 'https:'
        ? new SecureAgent({ ...pooling, ...tls?.liveClientOptions() })
        : new Agent(pooling);
  }

  /**
   * @returns the JSON of a 2xx.
   * @throws AppError with the code of the upstream's own problem, `dependency-unavailable` when there is no good answer.
   */
  async ask(what: UpstreamRequest): Promise<unknown> {
    const { status, text } = await this.#send(what).catch((error: unknown) => {
      throw this.#away(messageOf(error), error);
    });
    const body = parse(text);
    if (status >= 200 && status < 300) return body;
    throw this.#refusal(status, body);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #send({ method = 'GET', path, query = {}, body, authorization }: UpstreamRequest): Promise<Answer> {
    const url = new URL(path, this.#baseUrl);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.append(name, String(value));
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = (url.protocol === 'https:' ? secureRequest : request)(url, {
      method,
      agent: this.#agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
      headers: {
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
    outgoing.once('response', resolve);
    // Stays: it also fires when the answer breaks off, which the reading below tells.
    outgoing.on('error', reject);
    outgoing.end(payload);
    return read(await promise);
  }

  /** Its own words, where it is a problem of ours (RFC 9457). */
  #refusal(status: number, body: unknown): AppError {
    const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown };
    if (typeof code === 'string' && code in errorCodes && typeof detail === 'string')
      return new AppError(code as ErrorCode, detail);
    if (status === 404) return new AppError('not-found', `${this.name} does not know it.`);
    const { error } = (body ?? {}) as { readonly error?: unknown };
    if (status === 400 && typeof error === 'string') return new AppError('validation-failed', error);
    return this.#away(`it answered ${status}`);
  }

  #away(reason: string, cause?: unknown): AppError {
    return new AppError('dependency-unavailable', `${this.name} gives no answer: ${reason}.`, {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function read(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestAnswerBytes) throw new Error(`its answer is larger than ${largestAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page: its status says enough.
    return undefined;
  }
}
