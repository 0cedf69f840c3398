import { createDatabase, type Database } from '#platform/database/database.ts';
import { readHostSecrets } from './host-secrets.ts';
import type { StackSettings } from './settings.ts';

/**
 * A small pool on the stack's database with the rights to read everything; destroy it after use.
 * @throws UserError when the stack does not run
 */
export async function connectDatabase(settings: StackSettings, signal?: AbortSignal): Promise<Database> {
  const { tls, postgresPassword } = await readHostSecrets(settings, signal);
  return createDatabase({
    host: settings.postgresHost,
    port: settings.postgresPort,
    name: 'coffee',
    user: 'postgres',
    password: postgresPassword,
    poolSize: 2,
    applicationName: 'coffee-cli',
    statementTimeoutMs: 60_000,
    tls,
  });
}
