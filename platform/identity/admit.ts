import type { Role } from '#contracts/access-token.ts';
import { AppError } from '../errors/app-error.ts';
import { type Identity, requireRole } from './identity.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Who may call a route: anyone, or who has one of these roles. Whose things are touched is for its handler to check. */
export type Access = 'anyone' | readonly [Role, ...Role[]];

export type Verifier = Pick<TokenVerifier, 'verify'>;

// RFC 6750, section 2.1; the scheme's name is in any case (RFC 9110, section 11.1).
const bearer = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Finds out who asks.
 *
 * @param authorization the header of that name.
 * @returns undefined where anyone may ask.
 * @throws AppError `token-missing`, `token-invalid`, `dependency-unavailable`.
 */
export async function identify(
  access: Access,
  authorization: string | undefined,
  verifier: Verifier,
): Promise<Identity | undefined> {
  return access === 'anyone' ? undefined : verifier.verify(tokenOf(authorization));
}

/** @throws AppError `forbidden` unless she who asks may. */
export function admit(access: Access, identity: Identity | undefined): void {
  if (access !== 'anyone' && identity) requireRole(identity, ...access);
}

function tokenOf(authorization: string | undefined): string {
  const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new AppError(
    'token-missing',
    'Sign in, and send the access token as Authorization: Bearer <token>.',
    {
      fields: [{ field: 'header.authorization', message: 'must be Bearer and an access token' }],
    },
  );
}

/** The challenge of an answer for want of a good token (RFC 6750, section 3); undefined for other answers. */
export function challengeOf({ code }: Pick<AppError, 'code'>): string | undefined {
  if (code === 'token-missing' || code === 'credentials-wrong') return 'Bearer realm="go-coffee"';
  if (code === 'token-invalid') return 'Bearer realm="go-coffee", error="invalid_token"';
  if (code === 'forbidden') return 'Bearer realm="go-coffee", error="insufficient_scope"';
  return undefined;
}
