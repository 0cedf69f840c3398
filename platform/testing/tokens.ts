import type { Role } from '#contracts/access-token.ts';
import { TokenSigner } from '../identity/token-signer.ts';
import { TokenVerifier } from '../identity/token-verifier.ts';

/** Long and random enough to be taken anywhere. */
export const testTokenSecret = 'for tests only: nobody ever signs in with it';
/** Variables of a service that takes the tokens made here. */
export const testIdentityEnvironment = { JWT_SECRET: testTokenSecret };

const common = { issuer: 'go-coffee', audience: 'go-coffee' };
const key = { algorithm: 'HS256', secret: testTokenSecret } as const;
const signer = new TokenSigner({ secret: testTokenSecret, ...common, lifetimeMs: 3_600_000 });

/** An access token of somebody, good for an hour. */
export const tokenFor = (subject: string, ...roles: readonly Role[]): Promise<string> =>
  signer.sign(subject, roles);

/** The header of somebody who is signed in. */
export const signedIn = async (
  subject: string,
  ...roles: readonly Role[]
): Promise<{ readonly authorization: string }> => ({
  authorization: `Bearer ${await tokenFor(subject, ...roles)}`,
});

/** Takes the tokens made here. */
export const testVerifier = (): TokenVerifier =>
  new TokenVerifier({ keys: key, ...common, clockToleranceMs: 0 });
