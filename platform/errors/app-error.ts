/** The stable codes of errors that leave a process, each with its HTTP status and title. */
export const errorCodes = {
  'validation-failed': { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'idempotency-key-missing': { status: 400, title: 'The Idempotency-Key header is missing' },
  'credentials-wrong': { status: 401, title: 'Name or password is wrong' },
  'token-missing': { status: 401, title: 'Nobody is signed in' },
  'token-invalid': { status: 401, title: 'The access token is not valid' },
  forbidden: { status: 403, title: 'This is not allowed to you' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'action-not-allowed': { status: 409, title: 'The order does not allow this' },
  'payment-not-open': { status: 409, title: 'The payment does not allow this' },
  'order-not-payable': { status: 409, title: 'The order is not waiting for a payment on a chain' },
  'run-not-ended': { status: 409, title: 'The run does not allow this' },
  'task-closed': { status: 409, title: 'The task is closed already' },
  'name-taken': { status: 409, title: 'The name belongs to something else' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types can be given' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used with another request' },
  'transaction-mismatch': { status: 422, title: 'The transaction does not pay this' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'An error on our side' },
  'price-not-usable': { status: 503, title: 'The price is not known well enough' },
  overloaded: { status: 503, title: 'Too busy right now' },
  'dependency-unavailable': { status: 503, title: 'A part that this needs is away' },
  'outcome-unknown': { status: 503, title: 'It is not known whether the request took effect' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface FieldError {
  /** Where the error is: `body.items.0.quantity`, `query.limit`, `header.idempotency-key`. */
  readonly field: string;
  readonly message: string;
}

export interface AppErrorOptions extends ErrorOptions {
  readonly fields?: readonly FieldError[];
  /** Seconds after which a repeat makes sense. */
  readonly retryAfterSeconds?: number;
}

/** An error that a caller can understand: a stable code, what happened, and what to do about it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, options);
    this.name = 'AppError';
    this.code = code;
    this.status = errorCodes[code].status;
    this.title = errorCodes[code].title;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
