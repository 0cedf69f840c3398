import { z } from 'zod';
import { role } from '../access-token.ts';
import { customerId } from '../events/order-line.ts';

/** What somebody signs in with: in lower case, whatever case it is typed in. */
export const username = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+-]{2,63}$/,
    'must be 3 to 64 letters, digits, ".", "_", "@", "+" or "-", and begin with a letter or digit',
  )
  .toLowerCase();

const longestPassword = 128;

/** What a new account is made of. Length is what makes passwords good (NIST SP 800-63B, section 5.1.1). */
export const registration = z.strictObject({
  username,
  password: z.string().min(12, 'must have 12 characters or more').max(longestPassword),
});

/** An account was asked for, under this name. Whether it was made is not told. */
export const registrationReceipt = z.object({ username });

/** What somebody says to be let in. A password that could be none is wrong like any other. */
export const credentials = z.strictObject({ username, password: z.string().max(longestPassword) });

/** 32 random bytes as base64url: nothing can be read from it. */
export const refreshToken = z.string().regex(/^[\w-]{43}$/, 'is no refresh token');

export const refreshRequest = z.strictObject({ refreshToken });

/** What somebody gets who was let in (after RFC 6749, section 5.1). */
export const tokens = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  /** Until the access token is over, in seconds. */
  expiresIn: z.int().min(1),
  /** Good for one use: it is answered with another one. */
  refreshToken,
});
export type Tokens = z.infer<typeof tokens>;

/** An account. Its id stands in its orders as `customerId`. */
export const account = z.object({ id: customerId, username, roles: z.array(role) });
export type Account = z.infer<typeof account>;

const distinct = (roles: readonly string[]): boolean => new Set(roles).size === roles.length;

export const roleAssignment = z.strictObject({
  roles: z.array(role).refine(distinct, 'must not name a role twice'),
});
