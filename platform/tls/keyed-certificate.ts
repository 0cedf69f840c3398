import { createPublicKey, X509Certificate } from 'node:crypto';

/** A certificate (PEM, RFC 7468) and its private key (PKCS #8, PEM). */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Whether a key belongs to a (leaf) certificate. @throws when one of them is none. */
export function belongTogether({ certificate, key }: KeyedCertificate): boolean {
  const wanted = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return wanted.equals(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}
