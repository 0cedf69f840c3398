import type { Context, Middleware } from 'koa';
import { challengeOf } from '../identity/admit.ts';
import { isProbe } from './health-routes.ts';
import { answerOf, toAppError } from './problem.ts';
import type { RequestLog } from './request-log.ts';
import { requestPath } from './request-path.ts';

/** The outermost middleware: the one place that turns errors into answers, and that logs requests. */
export function boundary(requests: RequestLog): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    const path = requestPath(ctx.req);
    try {
      await next();
    } catch (error) {
      answer(ctx, error, path, requests);
    }
    // Probes come every few seconds, and Health knows what they would say.
    if (isProbe(path)) return;
    const { status } = ctx;
    const { route, code } = ctx.state as { route?: string; code?: string };
    requests.answered({ method: ctx.method, route, status, code, startedAt });
  };
}

function answer(ctx: Context, thrown: unknown, path: string, requests: RequestLog): void {
  const error = toAppError(thrown);
  if (error.code === 'internal') requests.failed(thrown, ctx.state.route);
  ctx.state.code = error.code;
  const { status, headers, body } = answerOf(error, path);
  ctx.status = status;
  ctx.body = body;
  for (const [name, value] of headers) ctx.set(name, value);
  const challenge = challengeOf(error);
  if (challenge !== undefined) ctx.set('WWW-Authenticate', challenge);
}
