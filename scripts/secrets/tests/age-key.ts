import { generateKeyPairSync } from 'node:crypto';
import { bech32 } from '@scure/base';

/** A new key of age, as age-keygen makes it. https://github.com/C2SP/C2SP/blob/main/age.md#the-x25519-recipient-type */
export function newAgeKey(): { readonly recipient: string; readonly identity: string } {
  const { privateKey } = generateKeyPairSync('x25519');
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const encode = (prefix: string, base64url: string): string =>
    bech32.encode(prefix, bech32.toWords(Buffer.from(base64url, 'base64url')), false);
  return { recipient: encode('age', x), identity: encode('age-secret-key-', d).toUpperCase() };
}
