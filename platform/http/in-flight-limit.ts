import type { Middleware } from 'koa';
import { AppError } from '../errors/app-error.ts';

/**
 * Sheds load before latency collapses: beyond `most` requests at a time the answer is 503 with Retry-After, before
 * the body is read. Requests for which `exempt` holds always pass: probes must tell "busy" from "dead".
 */
export function inFlightLimit(most: number, exempt: (path: string) => boolean): Middleware {
  let inFlight = 0;
  return async (ctx, next) => {
    if (inFlight >= most && !exempt(ctx.path)) {
      throw new AppError('overloaded', `${most} requests are in flight already; repeat it later.`, {
        retryAfterSeconds: 1,
      });
    }
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
    }
  };
}
