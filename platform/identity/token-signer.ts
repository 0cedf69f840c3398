import { createPrivateKey, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Role } from '#contracts/access-token.ts';

/** What tokens are signed with: a secret that their verifiers share, or a private key (PKCS #8, PEM) that they don't. */
export type SigningKey =
  | { readonly algorithm: 'HS256'; readonly secret: string }
  | { readonly algorithm: 'RS256'; readonly privateKey: string; readonly keyId: string };

export interface SignerOptions {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  readonly now?: () => Date;
}

/** Makes access tokens (RFC 7519) that `TokenVerifier` takes. */
export class TokenSigner {
  readonly #options: SignerOptions;
  readonly #key: KeyObject;
  readonly #header: { readonly alg: string; readonly typ: string; readonly kid?: string };

  constructor(options: SignerOptions) {
    const { key } = options;
    this.#options = options;
    this.#key =
      key.algorithm === 'HS256' ? createSecretKey(key.secret, 'utf8') : createPrivateKey(key.privateKey);
    this.#header = {
      alg: key.algorithm,
      typ: 'JWT',
      ...(key.algorithm === 'RS256' ? { kid: key.keyId } : {}),
    };
  }

  sign(subject: string, roles: readonly Role[]): Promise<string> {
    const { issuer, audience, lifetimeMs, now = () => new Date() } = this.#options;
    const issuedAt = Math.floor(now().getTime() / 1_000);
    return new SignJWT({ roles })
      .setProtectedHeader(this.#header)
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.floor(lifetimeMs / 1_000))
      .sign(this.#key);
  }
}
