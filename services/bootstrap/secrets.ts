import { randomBytes } from 'node:crypto';

/** Passwords that are made at random, each under its name. */
export const passwords = [
  'postgres-password',
  'consumer-database-password',
  'producer-database-password',
  'streams-database-password',
  'redis-password',
] as const;

/** Redis reads its users from this file, so that no password is in a command line. */
const redisUsers = 'redis-users.acl';

/** Everything that is made here. */
export const secretNames: readonly string[] = [...passwords, redisUsers];

/** Where secrets are kept: a folder under Compose, the API server on Kubernetes. */
export interface SecretStore {
  /** The secret's content; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Makes a secret, complete or not at all. @returns false when it exists: the first writer wins */
  create(name: string, content: string): Promise<boolean>;
}

/**
 * Makes the secrets that are missing and never touches one that is there, so that it may run any number of times,
 * also at the same time.
 *
 * @returns the names of those made now.
 */
export async function ensureSecrets(store: SecretStore): Promise<string[]> {
  const made: string[] = [];
  const ensure = async (name: string, content: () => string): Promise<void> => {
    if (await store.create(name, content())) made.push(name);
  };
  // 32 bytes: nobody guesses it; base64url needs no quoting anywhere.
  for (const name of passwords) await ensure(name, () => randomBytes(32).toString('base64url'));
  const password = await store.read('redis-password');
  if (password === undefined)
    throw new Error('redis-password was made, and is gone already: is something deleting secrets?');
  await ensure(redisUsers, () => `user default on >${password.trimEnd()} ~* &* +@all\n`);
  return made;
}
