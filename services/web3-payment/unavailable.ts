import { BrokenCircuitError } from 'cockatiel';
import { BaseError, HttpRequestError, TimeoutError } from 'viem';
import { failureKind } from '#platform/database/failure.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { Route } from '#platform/http/route.ts';

const retryAfterSeconds = 2;

/** Whether a chain's endpoints do not answer; viem wraps what they failed with. */
function isChainAway(error: unknown): boolean {
  if (error instanceof BrokenCircuitError) return true;
  if (!(error instanceof BaseError)) return false;
  const cause = error.walk(
    (one) =>
      one instanceof HttpRequestError || one instanceof TimeoutError || one instanceof BrokenCircuitError,
  );
  return cause !== null;
}

/** The route, which answers 503 while PostgreSQL or the chain are away: nobody has done anything wrong then. */
export const orUnavailable = (route: Route): Route => ({
  ...route,
  problems: [...new Set([...(route.problems ?? []), 'dependency-unavailable' as const])],
  async handler(input) {
    try {
      return await route.handler(input);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (failureKind(cause) !== 'outside' && !isChainAway(cause)) throw cause;
      throw new AppError('dependency-unavailable', 'The database or the chain does not answer right now.', {
        cause,
        retryAfterSeconds,
      });
    }
  },
});
