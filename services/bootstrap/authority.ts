import { createAuthority } from '#platform/tls/certificates.ts';
import { belongTogether, type KeyedCertificate } from '#platform/tls/keyed-certificate.ts';
import type { AuthorityStore } from './stores.ts';

const year = 365 * 24 * 3_600_000;
const authorityName = 'Go Coffee local authority';

/**
 * Files of the authority, each with a certificate and its key, so that both change at once. `next` is trusted but signs
 * nothing yet; `former` signs nothing any more, but what it signed is still in use.
 */
const files = {
  current: 'authority.pem',
  next: 'next-authority.pem',
  former: 'former-authority.pem',
} as const;

export interface Authority {
  readonly signer: KeyedCertificate;
  /** The certificates that parts trust, as one file. */
  readonly trusted: string;
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/;
const keyPattern = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/;

function parse(name: string, content: string): KeyedCertificate {
  const certificate = certificatePattern.exec(content)?.[0];
  const key = keyPattern.exec(content)?.[0];
  if (!certificate || !key || !belongTogether({ certificate, key })) {
    throw new Error(
      `${name} must hold a certificate and its key (PKCS #8), both as PEM. Delete it to get another.`,
    );
  }
  return { certificate, key };
}

async function find(store: AuthorityStore, which: keyof typeof files): Promise<KeyedCertificate | undefined> {
  const content = await store.read(files[which]);
  // Emptied: there is no way to delete in a Secret that is updated as a whole.
  return content ? parse(files[which], content) : undefined;
}

const make = async (now: Date): Promise<string> => {
  const { certificate, key } = await createAuthority(authorityName, 10 * year, now);
  return `${certificate}${key}`;
};

/** The authority, made when there is none. An operator's own one, put there before, is taken. */
export async function ensureAuthority(store: AuthorityStore, now: Date): Promise<Authority> {
  if (!(await find(store, 'current'))) await store.create(files.current, await make(now));
  const signer = await find(store, 'current');
  if (!signer)
    throw new Error(`${files.current} was made, and is gone already: is something deleting secrets?`);
  const others = [await find(store, 'next'), await find(store, 'former')];
  const trusted = [signer, ...others].map((one) => one?.certificate ?? '').join('');
  return { signer, trusted };
}

/**
 * Takes one of two steps to another authority: the first makes it known to every part; the second, when all of them
 * have read that, signs with it. The former stays trusted until the next time.
 *
 * @returns what was done.
 */
export async function rotateAuthority(store: AuthorityStore, now: Date): Promise<'announced' | 'in use'> {
  const [current, next] = [await store.read(files.current), await store.read(files.next)];
  if (!next) {
    await store.replace(files.next, await make(now));
    return 'announced';
  }
  await store.replace(files.former, current ?? '');
  await store.replace(files.current, next);
  await store.replace(files.next, '');
  return 'in use';
}
