import { createHash, randomBytes } from 'node:crypto';
import { type Part, type Password, passwords } from './parts.ts';
import { redisUsers } from './redis-users.ts';
import type { AuthorityStore, Files, PartStore } from './stores.ts';

/** Redis reads its users from this file, so that no password is in a command line. */
export const redisUsersFile = 'redis-users.acl';

/** Whether a part has anything besides its certificate. */
export const hasSecrets = (part: Part): boolean => part.passwords.length > 0;

/**
 * Makes the passwords that are missing and never touches one that is there, so that it may run any number of times,
 * also at the same time.
 *
 * @returns the names of those made now.
 */
export async function ensurePasswords(authority: AuthorityStore): Promise<string[]> {
  const made: string[] = [];
  for (const name of passwords) {
    // 32 bytes: nobody guesses it; base64url needs no quoting anywhere.
    if (await authority.create(name, randomBytes(32).toString('base64url'))) made.push(name);
  }
  return made;
}

/** Gives each part its passwords, and Redis its users. @returns the names of the parts that got something new. */
export async function handOutSecrets(
  authority: AuthorityStore,
  store: PartStore,
  parts: readonly Part[],
): Promise<string[]> {
  const known = new Map<Password, string>();
  for (const name of passwords) {
    const password = await authority.read(name);
    if (password === undefined)
      throw new Error(`${name} was made, and is gone already: is something deleting secrets?`);
    known.set(name, password.trimEnd());
  }
  const passwordOf = (name: Password): string => known.get(name) ?? '';
  const hashOf = (name: Password): string => createHash('sha256').update(passwordOf(name)).digest('hex');
  const changed: string[] = [];
  for (const part of parts.filter(hasSecrets)) {
    const files: Files = {
      ...Object.fromEntries(part.passwords.map((name) => [name, passwordOf(name)])),
      ...(part.name === 'redis' ? { [redisUsersFile]: redisUsers(hashOf) } : {}),
    };
    if (sameFiles(await store.read(part.name, 'secrets'), files)) continue;
    await store.put(part.name, 'secrets', files);
    changed.push(part.name);
  }
  return changed;
}

function sameFiles(some: Files | undefined, others: Files): boolean {
  const names = Object.keys(others);
  return (
    some !== undefined &&
    Object.keys(some).length === names.length &&
    names.every((name) => some[name] === others[name])
  );
}
