import { channel } from 'node:diagnostics_channel';
import type { Middleware } from 'koa';
import type { Json } from '../schema/json-schema.ts';
import { requestPath } from './request-path.ts';

/** An answer as the application gives it, with the API document that it has to keep to. */
export interface Answer {
  readonly document: Json;
  readonly method: string;
  /** Path of the request, without the query. */
  readonly path: string;
  /** The route that took it, as `/v1/orders/:id`; undefined when none did. */
  readonly route: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Where every answer is told: a test that subscribes sees all of them, and without one it costs nothing. */
export const answers = channel('gocoffee.http.answer');

/** The middleware that tells of answers; outside of everything that makes them, errors included. */
export function publishAnswers(document: Json): Middleware {
  return async (ctx, next) => {
    await next();
    if (!answers.hasSubscribers) return;
    const path = requestPath(ctx.req);
    const { status, body, method } = ctx;
    const headers = { ...ctx.response.headers };
    const answer: Answer = { document, method, path, route: ctx.state.route, status, headers, body };
    answers.publish(answer);
  };
}
