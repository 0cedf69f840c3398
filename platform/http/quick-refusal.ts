import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Attributes } from '@opentelemetry/api';
import type { Json } from '../schema/json-schema.ts';
import { TokenBucket } from '../telemetry/token-bucket.ts';
import { countUnseenRequest } from '../telemetry/unseen-requests.ts';
import { type AdaptiveLimit, overloadOf } from './adaptive-limit.ts';
import { answers } from './answers.ts';
import { nameRoute } from './guard.ts';
import { answerOf, type ProblemAnswer } from './problem.ts';
import type { RequestLog } from './request-log.ts';
import { requestPath } from './request-path.ts';

export interface QuickRefusalOptions {
  /** By method and path, as `POST /v1/orders`; paths without parameters. */
  readonly limits: ReadonlyMap<string, AdaptiveLimit>;
  /** Whose pages the application has to be asked for: it answers them with CORS headers. */
  readonly origins: readonly string[];
  /** On every answer. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly log: RequestLog;
  /** The API document. */
  readonly document: Json;
}

/** @returns whether it has answered. */
export type Refuse = (request: IncomingMessage, response: ServerResponse) => boolean;

// As many as have a line in the log (request-log.ts), so that each line has its span.
const mostSeenPerSecond = 20;

const overload = overloadOf();

/**
 * Refuses what is too much with the answer that the application would give, without asking it: under three times the load
 * that a service can carry two of three requests are refused, and each by the whole application takes from the third
 * a part of its time. The application is asked for pages of origins that it knows, and for paths with
 * parameters.
 */
export class QuickRefusal {
  readonly #options: QuickRefusalOptions;
  readonly #origins: ReadonlySet<string>;
  readonly #seen = new TokenBucket(mostSeenPerSecond);
  /** By method, path and version. */
  readonly #unseen = new Map<string, UnseenRefusal>();

  constructor(options: QuickRefusalOptions) {
    this.#options = options;
    this.#origins = new Set(options.origins);
  }

  /** In place of the application: with a span, and a line in the log. */
  readonly refuse: Refuse = (request, response) => {
    const path = requestPath(request);
    if (!this.#isTooMuch(request, path)) return false;
    const startedAt = performance.now();
    nameRoute(path);
    const { status, headers, body } = this.#answerTo(path);
    for (const [name, value] of headers) response.setHeader(name, value);
    response.statusCode = status;
    response.end(body);
    const { method } = request;
    this.#options.log.answered({ method, route: path, status, code: overload.code, startedAt });
    this.#tell(method, path, { status, headers, body });
    return true;
  };

  /**
   * Ahead of the instrumentation: of what is refused 20 requests a second are left to it, and the others only counted. They
   * are answered alike, but for the trace that there is none of.
   */
  readonly refuseUnseen: Refuse = (request, response) => {
    const path = requestPath(request);
    if (!this.#isTooMuch(request, path) || this.#seen.take()) return false;
    const startedAt = performance.now();
    const { answer, rawHeaders, attributes } = this.#unseenRefusalOf(request, path);
    response.writeHead(answer.status, rawHeaders);
    response.end(answer.body);
    countUnseenRequest(startedAt, attributes);
    const { method } = request;
    this.#options.log.leftOut({ method, route: path, status: answer.status, code: overload.code });
    this.#tell(method, path, answer);
    return true;
  };

  #isTooMuch({ method, headers, httpVersion }: IncomingMessage, path: string): boolean {
    if (headers.origin !== undefined && this.#origins.has(headers.origin)) return false;
    if (headers.host === undefined && httpVersion === '1.1') return false;
    return this.#options.limits.get(`${method} ${path}`)?.isReached() === true;
  }

  #answerTo(path: string): ProblemAnswer {
    const { status, headers, body } = answerOf(overload, path);
    const vary: [string, string][] = this.#origins.size > 0 ? [['Vary', 'Origin']] : [];
    const length: [string, string] = ['Content-Length', String(Buffer.byteLength(body))];
    return { status, headers: [...this.#options.headers, ...headers, ...vary, length], body };
  }

  /** Made once: there is nothing in it of the one who asks. */
  #unseenRefusalOf({ method = '', httpVersion, socket }: IncomingMessage, path: string): UnseenRefusal {
    const key = `${method} ${path} ${httpVersion}`;
    let refusal = this.#unseen.get(key);
    if (!refusal) {
      const answer = this.#answerTo(path);
      refusal = {
        answer,
        rawHeaders: answer.headers.flat(),
        attributes: {
          'http.request.method': method,
          'http.response.status_code': answer.status,
          'http.route': path,
          'error.type': String(answer.status),
          'url.scheme': socket instanceof TLSSocket ? 'https' : 'http',
          'network.protocol.version': httpVersion,
        },
      };
      this.#unseen.set(key, refusal);
    }
    return refusal;
  }

  #tell(method: string | undefined, path: string, { status, headers, body }: ProblemAnswer): void {
    if (!answers.hasSubscribers) return;
    const { document } = this.#options;
    const told = { document, method: method ?? '', path, route: path, status, body };
    const named = headers.map(([name, value]) => [name.toLowerCase(), value]);
    answers.publish({ ...told, headers: Object.fromEntries(named) });
  }
}

interface UnseenRefusal {
  readonly answer: ProblemAnswer;
  /** Names and values in turn. */
  readonly rawHeaders: string[];
  /** Those that the instrumentation gives a request that it sees. */
  readonly attributes: Attributes;
}
