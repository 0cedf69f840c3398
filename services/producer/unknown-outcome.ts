import { AppError } from '#platform/errors/app-error.ts';

/** Says in words for the caller what an `outcome-unknown` means for it; other errors stay as they are. */
export function explainUnknownOutcome(error: unknown, detail: string): unknown {
  if (!(error instanceof AppError) || error.code !== 'outcome-unknown') return error;
  return new AppError('outcome-unknown', detail, {
    cause: error,
    retryAfterSeconds: error.retryAfterSeconds ?? 2,
  });
}
