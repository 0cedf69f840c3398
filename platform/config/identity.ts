import { z } from 'zod';
import type { Verifier } from '../identity/admit.ts';
import { RememberingVerifier } from '../identity/remembering-verifier.ts';
import { TokenVerifier } from '../identity/token-verifier.ts';
import { deploymentOf } from './deployment.ts';
import { duration } from './values.ts';

/** How a service knows who asks: the variables of every service with routes that are not for anyone. */
export const identityShape = {
  /** HS256: a secret that services share. RS256: keys of an issuer, by JWT_JWKS_URL. Tokens can't choose. */
  JWT_ALGORITHM: z.enum(['HS256', 'RS256'], 'must be HS256 or RS256').default('HS256'),
  JWT_SECRET: z.string().optional(),
  JWT_JWKS_URL: z.url('must be the address of the keys').optional(),
  JWT_ISSUER: z.string().default('go-coffee'),
  JWT_AUDIENCE: z.string().default('go-coffee'),
  /** How far the clocks of issuer and service may be apart. */
  JWT_CLOCK_TOLERANCE: duration.refine((ms) => ms <= 60_000, 'must be 1m or less').default(5_000),
};

export type IdentityVariables = z.infer<z.ZodObject<typeof identityShape>>;

// RFC 7518, section 3.2: a key of the size of the hash.
const shortestSecret = 32;
const fewestCharacters = 8;
const known = /secret|password|change.?me|default|example/i;

/** Whether somebody could find it out: too short, of too few characters, or with a word that stands in examples. */
export const isGuessable = (secret: string): boolean =>
  Buffer.byteLength(secret) < shortestSecret || new Set(secret).size < fewestCharacters || known.test(secret);

/** For `superRefine`: what has to be set, and that it is safe wherever it is not a developer's own machine. */
export function requireSafeIdentity(
  values: object,
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  const { JWT_ALGORITHM, JWT_SECRET, JWT_JWKS_URL, OTEL_RESOURCE_ATTRIBUTES } =
    values as IdentityVariables & {
      OTEL_RESOURCE_ATTRIBUTES?: string;
    };
  const refuse = (name: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [name], message });
  const local = deploymentOf(OTEL_RESOURCE_ATTRIBUTES ?? '') === 'local';
  if (JWT_ALGORITHM === 'HS256') {
    if (!JWT_SECRET)
      refuse('JWT_SECRET', 'must be set: what tokens are signed with, as a file in JWT_SECRET_FILE');
    else if (!local && isGuessable(JWT_SECRET)) {
      refuse('JWT_SECRET', `can be guessed: take ${shortestSecret} random bytes or more, as bootstrap does`);
    }
  } else if (!JWT_JWKS_URL) refuse('JWT_JWKS_URL', 'must be set: where the keys of the issuer are (RS256)');
  else if (!local && !JWT_JWKS_URL.startsWith('https:')) {
    refuse('JWT_JWKS_URL', 'must be https: whoever can change the keys can be anybody');
  }
}

/** What tells who asks, of a configuration that `requireSafeIdentity` has passed. */
export function createVerifier(config: IdentityVariables): Verifier {
  const { JWT_ALGORITHM: algorithm, JWT_SECRET: secret = '', JWT_JWKS_URL: jwksUrl = '' } = config;
  const verifier = new TokenVerifier({
    keys: algorithm === 'HS256' ? { algorithm, secret } : { algorithm, jwksUrl },
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    clockToleranceMs: config.JWT_CLOCK_TOLERANCE,
  });
  return new RememberingVerifier(verifier);
}
