import { createSecretKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { accessTokenClaims } from '#contracts/access-token.ts';
import { AppError } from '../errors/app-error.ts';
import type { Identity } from './identity.ts';

/** What signatures are checked with. The algorithm is this one, whatever a token says of itself (RFC 8725, section 3.1). */
export type VerificationKeys =
  | { readonly algorithm: 'HS256'; readonly secret: string }
  | { readonly algorithm: 'RS256'; readonly jwksUrl: string };

export interface VerifierOptions {
  readonly keys: VerificationKeys;
  readonly issuer: string;
  readonly audience: string;
  /** How far the clocks of issuer and verifier may be apart. */
  readonly clockToleranceMs: number;
  readonly now?: () => Date;
}

// Checking a signature costs as much processor time as the rest of a request to place an order. For so long a key that
// its issuer takes back still counts.
const rememberedMs = 60_000;
const mostRemembered = 10_000;

interface Remembered {
  readonly identity: Identity;
  /** In milliseconds since the epoch; never later than the token's end. */
  readonly until: number;
}

/** Tells from an access token who its bearer is: a JWT that is signed, of our issuer, for us, and not over. */
export class TokenVerifier {
  readonly #remembered = new Map<string, Remembered>();
  readonly #key: KeyObject | JWTVerifyGetKey;
  readonly #options: JWTVerifyOptions;
  readonly #now: () => Date;

  constructor({ keys, issuer, audience, clockToleranceMs, now = () => new Date() }: VerifierOptions) {
    this.#key =
      keys.algorithm === 'HS256'
        ? createSecretKey(keys.secret, 'utf8')
        : createRemoteJWKSet(new URL(keys.jwksUrl));
    this.#options = {
      algorithms: [keys.algorithm],
      issuer,
      audience,
      clockTolerance: clockToleranceMs / 1_000,
    };
    this.#now = now;
  }

  /**
   * @throws AppError `token-invalid` with what to do, `dependency-unavailable` when the issuer's keys can't be fetched.
   */
  async verify(token: string): Promise<Identity> {
    const known = this.#remembered.get(token);
    if (known && this.#now().getTime() < known.until) return known.identity;
    const identity = await this.#identityOf(token);
    this.#remember(token, identity);
    return identity;
  }

  /** Only of tokens that are good: nobody else can fill it. */
  #remember(token: string, identity: Identity): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= mostRemembered && oldest !== undefined) this.#remembered.delete(oldest);
    const until = Math.min(identity.expiresAt, this.#now().getTime() + rememberedMs);
    this.#remembered.set(token, { identity, until });
  }

  async #identityOf(token: string): Promise<Identity> {
    const payload = await this.#payloadOf(token);
    const claims = accessTokenClaims.safeParse(payload);
    if (!claims.success) throw notValid(claims.error);
    const { sub, roles, exp } = claims.data;
    return { subject: sub, roles: new Set(roles), expiresAt: exp * 1_000 };
  }

  async #payloadOf(token: string): Promise<unknown> {
    const options = { ...this.#options, currentDate: this.#now() };
    try {
      // Two calls, because jose's types know a key or a function, and not either.
      const { payload } =
        typeof this.#key === 'function'
          ? await jwtVerify(token, this.#key, options)
          : await jwtVerify(token, this.#key, options);
      return payload;
    } catch (error) {
      throw meaningOf(error);
    }
  }
}

/** What jose threw, in words for who sent the token. https://github.com/panva/jose/blob/main/src/util/errors.ts */
function meaningOf(error: unknown): AppError {
  if (error instanceof errors.JWTExpired) {
    const detail = 'The token has expired. Get another one with your refresh token, or sign in again.';
    return new AppError('token-invalid', detail, { cause: error });
  }
  return isAboutKeys(error) ? keysAway(error) : notValid(error);
}

/** Fetching keys fails with what fetch throws, a timeout of jose's, or its error without a code of its own. */
const isAboutKeys = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);

// Nothing of the reason: it would help whoever makes tokens of their own more than who has a good one.
const notValid = (cause: unknown): AppError =>
  new AppError('token-invalid', 'The token is not valid. Sign in again.', { cause });

const keysAway = (cause: unknown): AppError =>
  new AppError('dependency-unavailable', "The keys of the tokens' issuer can't be fetched.", {
    cause,
    retryAfterSeconds: 2,
  });
