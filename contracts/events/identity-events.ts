import { z } from 'zod';
import { customerId } from './order-line.ts';

/** `ce_type`: somebody was not let in. */
export const signInFailedType = 'dev.gocoffee.identity.sign-in-failed.v1';
/** `ce_type`: a refresh token came a second time, so its session was ended. */
export const refreshTokenReusedType = 'dev.gocoffee.identity.refresh-token-reused.v1';

/** Stands for a name or an address: the same for the same one, and nobody outside can tell which it is. */
export const pseudonym = z.string().regex(/^[0-9a-f]{32}$/);

/**
 * Somebody was not let in (topic identity-events.v1, keyed by `name`). Whether there is an account of this name is not
 * told.
 * - `wrong-credentials`: name or password was wrong.
 * - `locked`: too many attempts were made before; the password was not looked at.
 */
export const signInFailed = z.object({
  name: pseudonym,
  address: pseudonym,
  reason: z.enum(['wrong-credentials', 'locked']),
  occurredAt: z.iso.datetime(),
});
export type SignInFailed = z.infer<typeof signInFailed>;

/** A refresh token is used once. Who uses it again has stolen it, or it was stolen from her (keyed by the account). */
export const refreshTokenReused = z.object({
  sessionId: z.uuid(),
  accountId: customerId,
  occurredAt: z.iso.datetime(),
});
export type RefreshTokenReused = z.infer<typeof refreshTokenReused>;
