import type { Context, Middleware } from 'koa';
import { challengeOf } from '../identity/admit.ts';
import { isProbe } from './health-routes.ts';
import { problemMediaType, problemOf, toAppError } from './problem.ts';
import type { RequestLog } from './request-log.ts';

/** The outermost middleware: the one place that turns errors into answers, and that logs requests. */
export function boundary(requests: RequestLog): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    // Not ctx.path: its getter throws at addresses that are none.
    const [path] = (ctx.req.url ?? '').split('?', 1) as [string];
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
  ctx.status = error.status;
  if (error.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(error.retryAfterSeconds));
  else if (error.status === 503) ctx.set('Retry-After', '1');
  const challenge = challengeOf(error);
  if (challenge !== undefined) ctx.set('WWW-Authenticate', challenge);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = JSON.stringify(problemOf(error, path));
  ctx.type = problemMediaType;
}
