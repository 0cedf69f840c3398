import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../schema/json-schema.ts';
import { type AdaptiveLimit, overloadOf } from './adaptive-limit.ts';
import { answers } from './answers.ts';
import { nameRoute } from './guard.ts';
import { answerOf } from './problem.ts';
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

/**
 * Refuses what is too much with the answer that the application would give, without asking it: under three times the load
 * that a service can carry two of three requests are refused, and each by the whole application takes from the third
 * a part of its time. The application is asked for pages of origins that it knows, and for paths with
 * parameters.
 */
export function quickRefusal({ limits, origins, headers, log, document }: QuickRefusalOptions): Refuse {
  const overload = overloadOf();
  const known = new Set(origins);
  return (request, response) => {
    const { method, headers: asked } = request;
    if (asked.origin !== undefined && known.has(asked.origin)) return false;
    if (asked.host === undefined && request.httpVersion === '1.1') return false;
    const path = requestPath(request);
    const limit = limits.get(`${method} ${path}`);
    if (!limit?.isReached()) return false;
    const startedAt = performance.now();
    nameRoute(path);
    const { status, headers: own, body } = answerOf(overload, path);
    for (const [name, value] of [...headers, ...own]) response.setHeader(name, value);
    if (known.size > 0) response.setHeader('Vary', 'Origin');
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.statusCode = status;
    response.end(body);
    log.answered({ method, route: path, status, code: overload.code, startedAt });
    if (answers.hasSubscribers) {
      const answered = { document, method: method ?? '', path, route: path, status };
      answers.publish({ ...answered, headers: response.getHeaders(), body });
    }
    return true;
  };
}
