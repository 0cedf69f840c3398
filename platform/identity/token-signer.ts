import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Role } from '#contracts/access-token.ts';

export interface SignerOptions {
  /** Shared with who verifies. */
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  readonly now?: () => Date;
}

/** Makes access tokens (RFC 7519, HS256) that `TokenVerifier` takes. */
export class TokenSigner {
  readonly #options: SignerOptions;
  readonly #key: KeyObject;

  constructor(options: SignerOptions) {
    this.#options = options;
    this.#key = createSecretKey(options.secret, 'utf8');
  }

  sign(subject: string, roles: readonly Role[]): Promise<string> {
    const { issuer, audience, lifetimeMs, now = () => new Date() } = this.#options;
    const issuedAt = Math.floor(now().getTime() / 1_000);
    return new SignJWT({ roles: [...roles] })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.floor(lifetimeMs / 1_000))
      .sign(this.#key);
  }
}
