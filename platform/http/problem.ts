import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Problem } from '#contracts/http/problem.ts';
import { AppError } from '../errors/app-error.ts';

export const problemMediaType = 'application/problem+json';

// Problem types are names, not pages: a URN says so (RFC 9457, section 3.1.1).
const typePrefix = 'urn:go-coffee:problem:';
const longestInstance = 200;

/** What is thrown as the error that a client may see: whatever is not an AppError is `internal`, without details. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', 'It has been recorded; repeat the request later.', { cause: error });
}

/** An error as it is answered, however that is written. */
export interface ProblemAnswer {
  readonly status: number;
  /** But for the length of the body. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The answer that tells of an error. `instance` is the path of the request. */
export function answerOf(error: AppError, instance?: string): ProblemAnswer {
  const retryAfter = error.retryAfterSeconds ?? (error.status === 503 ? 1 : undefined);
  return {
    status: error.status,
    headers: [
      ['Content-Type', problemMediaType],
      ['Cache-Control', 'no-store'],
      ...(retryAfter === undefined ? [] : [['Retry-After', String(retryAfter)] as const]),
    ],
    body: JSON.stringify(problemOf(error, instance)),
  };
}

/** RFC 9457 problem details of an error. `instance` is the path of the request. */
export function problemOf(error: AppError, instance?: string): Problem {
  const span = trace.getActiveSpan()?.spanContext();
  return {
    type: typePrefix + error.code,
    title: error.title,
    status: error.status,
    detail: error.message,
    ...(instance === undefined ? {} : { instance: instance.slice(0, longestInstance) }),
    code: error.code,
    ...(error.fields === undefined ? {} : { errors: [...error.fields] }),
    ...(span && isSpanContextValid(span) ? { traceId: span.traceId } : {}),
  };
}
