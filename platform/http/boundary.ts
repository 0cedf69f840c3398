import { TraceFlags, trace } from '@opentelemetry/api';
import type { Context, Middleware } from 'koa';
import { messageOf } from '../errors/app-error.ts';
import { challengeOf } from '../identity/admit.ts';
import type { Logger } from '../telemetry/logger.ts';
import { KindBudget } from '../telemetry/token-bucket.ts';
import { isProbe } from './health-routes.ts';
import { problemMediaType, problemOf, toAppError } from './problem.ts';

// Of requests that failed alike. Refusing a request must cost less than answering it, and a line costs more than the rest of
// a refusal; metrics count all of them.
const mostAlikePerSecond = 20;

/**
 * The outermost middleware: the one place that turns errors into answers, and that logs requests. What succeeds is
 * logged at debug level, because a line a request costs more than the rest of the HTTP layer; of requests that are traced,
 * whose number is bounded, at info level: from a trace to its logs. Of others that failed alike (route, status and code) 20 a
 * second are; the next one says how many were left out.
 */
export function boundary(log: Logger): Middleware {
  const budget = new KindBudget(mostAlikePerSecond);
  return async (ctx, next) => {
    const startedAt = performance.now();
    // Not ctx.path: its getter throws at addresses that are none.
    const [path] = (ctx.req.url ?? '').split('?', 1) as [string];
    try {
      await next();
    } catch (error) {
      answer(ctx, error, path, log);
    }
    const { status } = ctx;
    // Probes come every few seconds, and Health knows what they would say.
    if (isProbe(path)) return;
    const traced = isTraced();
    const level = status >= 500 ? 'warn' : status >= 400 || traced ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    const { route, code } = ctx.state as { route?: string; code?: string };
    const leftOut = traced || status < 400 ? 0 : budget.take(`${route} ${status} ${code}`);
    if (leftOut === undefined) return;
    const durationMs = Math.round((performance.now() - startedAt) * 100) / 100;
    const line = { method: ctx.method, route, status, code, durationMs };
    log[level](leftOut > 0 ? { ...line, leftOut } : line, 'request answered');
  };
}

const isTraced = (): boolean =>
  ((trace.getActiveSpan()?.spanContext().traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;

function answer(ctx: Context, thrown: unknown, path: string, log: Logger): void {
  const error = toAppError(thrown);
  if (error.code === 'internal') {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    const cause = thrown instanceof Error && thrown.cause ? messageOf(thrown.cause) : undefined;
    log.error({ error: messageOf(thrown), stack, cause, route: ctx.state.route }, 'request failed');
  }
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
