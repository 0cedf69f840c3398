/** A failure that the user can do something about: printed as its message and remedy, without a stack trace. */
export class UserError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.remedy = remedy;
  }
}
