import { AppError } from '#platform/errors/app-error.ts';
import { answerWithin } from '#platform/lifecycle/abort.ts';

/**
 * The result of `work`, unless it takes longer than `timeoutMs` or fails: then an AppError `dependency-unavailable`
 * that names `what`. The work itself goes on; its result is dropped.
 */
export async function within<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  try {
    return await answerWithin(timeoutMs, work);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('dependency-unavailable', `${what} is away; repeat the request later.`, {
      cause: error,
      retryAfterSeconds: 2,
    });
  }
}
