/** The version is not as it must be: a deployment goes back, and says why. */
export class GateError extends Error {
  override readonly name = 'GateError';
}
