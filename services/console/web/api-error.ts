/** An answer that is none of what was asked for, in words for who looks. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether it says that a part is away, which somebody else may be asked for instead. */
export const isAway = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status === 503;
