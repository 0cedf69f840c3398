import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Passwords that are made at random, each in a file of its name. */
export const passwords = [
  'postgres-password',
  'consumer-database-password',
  'producer-database-password',
  'redis-password',
] as const;

/** Redis reads its users from this file, so that no password is in a command line. */
const redisUsers = 'redis-users.acl';

// Group-readable: PostgreSQL and Redis run as other users and get this group. Nobody else reads them.
const mode = 0o440;

/**
 * Makes the secrets that are missing and never touches one that is there, so that it may run any number of times,
 * also at the same time.
 *
 * @returns the names of the files made now.
 */
export async function ensureSecrets(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const made: string[] = [];
  for (const name of passwords) {
    // 32 bytes: nobody guesses it; base64url needs no quoting anywhere.
    if (await writeOnce(directory, name, randomBytes(32).toString('base64url'))) made.push(name);
  }
  const password = await readFile(join(directory, 'redis-password'), 'utf8');
  const users = `user default on >${password.trimEnd()} ~* &* +@all\n`;
  if (await writeOnce(directory, redisUsers, users)) made.push(redisUsers);
  return made;
}

/** Writes a file unless it exists: complete or not at all, whenever it is interrupted. */
async function writeOnce(directory: string, name: string, content: string): Promise<boolean> {
  const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
    // A hard link fails when the name is taken: the first writer wins.
    await link(temporary, join(directory, name));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}
