import { createDatabase, type Database } from '#platform/database/database.ts';
import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';
import type { StackSettings } from './settings.ts';

const passwordFile = '/run/go-coffee/secrets/postgres-password';

/**
 * The superuser's password, from the container that bootstrap gave it to: it is nowhere on the host.
 *
 * @param env for Compose: another project.
 * @throws UserError when the container does not run
 */
export async function readPostgresPassword(
  signal?: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = ['exec', '-T', 'postgres', 'cat', passwordFile];
  const result = await tryCompose(command, { env, ...(signal ? { signal } : {}) });
  if (result.code === 0) return result.stdout.trim();
  throw new UserError(
    `PostgreSQL's password can't be read: ${result.stderr.trim() || `exit code ${result.code}`}`,
    'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
  );
}

/**
 * A small pool on the stack's database with the rights to read everything; destroy it after use.
 *
 * @param env for Compose: another project.
 */
export async function connectDatabase(
  settings: StackSettings,
  signal?: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<Database> {
  return createDatabase({
    host: settings.producerUrl.hostname,
    port: settings.postgresPort,
    name: 'coffee',
    user: 'postgres',
    password: await readPostgresPassword(signal, env),
    poolSize: 2,
    applicationName: 'coffee-cli',
    statementTimeoutMs: 60_000,
  });
}
