import { ensureAuthority, rotateAuthority } from './authority.ts';
import { handOutCertificates } from './certificates.ts';
import type { Part } from './parts.ts';
import { ensurePasswords, handOutSecrets } from './secrets.ts';
import type { AuthorityStore, PartStore } from './stores.ts';

/** What to do besides making what is missing and renewing what ends. */
export type Rotation = 'certificates' | 'authority';

export interface BootstrapOptions {
  readonly authority: AuthorityStore;
  readonly store: PartStore;
  readonly parts: readonly Part[];
  readonly passwords: boolean;
  readonly certificates: boolean;
  readonly lifetimeMs: number;
  readonly rotation?: Rotation | undefined;
  readonly now: Date;
}

/** What was made: names of passwords and parts, for the log. */
export interface Made {
  readonly passwords: readonly string[];
  readonly secretsOf: readonly string[];
  readonly certificatesOf: readonly string[];
  readonly authority: string;
}

/** Makes whatever is missing or about to end, and nothing else. */
export async function bootstrap(options: BootstrapOptions): Promise<Made> {
  const { authority, store, parts, now } = options;
  const made = options.passwords ? await ensurePasswords(authority) : [];
  const secretsOf = options.passwords ? await handOutSecrets(authority, store, parts) : [];
  if (!options.certificates) return { passwords: made, secretsOf, certificatesOf: [], authority: 'not ours' };
  await ensureAuthority(authority, now);
  const rotated = options.rotation === 'authority' ? await rotateAuthority(authority, now) : 'in use';
  const certificatesOf = await handOutCertificates(await ensureAuthority(authority, now), store, parts, {
    validForMs: options.lifetimeMs,
    renewAll: options.rotation === 'certificates',
    now,
  });
  return { passwords: made, secretsOf, certificatesOf, authority: rotated };
}
