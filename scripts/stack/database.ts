import { readFile } from 'node:fs/promises';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';
import type { StackSettings } from './settings.ts';

const passwordFile = '/run/go-coffee/secrets/postgres-password';

/**
 * The superuser's password, from the container that bootstrap gave it to: it is nowhere on the host.
 * @throws UserError when the container does not run
 */
export async function readPostgresPassword(signal?: AbortSignal): Promise<string> {
  const result = await tryCompose(['exec', '-T', 'postgres', 'cat', passwordFile], signal ? { signal } : {});
  if (result.code === 0) return result.stdout.trim();
  throw new UserError(
    `PostgreSQL's password can't be read: ${result.stderr.trim() || `exit code ${result.code}`}`,
    'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
  );
}

/** A small pool on the stack's database with the rights to read everything; destroy it after use. */
export async function connectDatabase(settings: StackSettings, signal?: AbortSignal): Promise<Database> {
  return createDatabase({
    host: settings.postgresHost,
    port: settings.postgresPort,
    name: 'coffee',
    user: 'postgres',
    password: settings.postgresPasswordFile
      ? (await readFile(settings.postgresPasswordFile, 'utf8')).trim()
      : await readPostgresPassword(signal),
    poolSize: 2,
    applicationName: 'coffee-cli',
    statementTimeoutMs: 60_000,
  });
}
