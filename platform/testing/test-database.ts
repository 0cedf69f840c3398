import { randomBytes } from 'node:crypto';
import { createDatabase, type Database, type DatabaseOptions } from '../database/database.ts';
import { migrate, type ServiceSchema } from '../database/migrations.ts';
import type { Address } from './global-setup.ts';

export interface TestDatabase extends AsyncDisposable {
  /** Options of a connection to it as superuser. */
  readonly options: DatabaseOptions;
  /** A pool of the superuser. */
  readonly database: Database;
}

/** A database of its own in a shared server, dropped with all its connections on disposal. */
export async function createTestDatabase(
  server: Address & { readonly password: string },
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const superuser: DatabaseOptions = {
    host: server.host,
    port: server.port,
    name: 'postgres',
    user: 'postgres',
    password: server.password,
    poolSize: 4,
    applicationName: 'test',
  };
  const maintenance = createDatabase({ ...superuser, poolSize: 1 });
  await maintenance.raw('create database ??', [name]);
  const options = { ...superuser, name };
  const database = createDatabase(options);
  return {
    options,
    database,
    async [Symbol.asyncDispose]() {
      await database.destroy();
      await maintenance.raw('drop database ?? with (force)', [name]);
      await maintenance.destroy();
    },
  };
}

/** As createTestDatabase, with the roles that grants need (without a password) and the schemas. */
export async function createMigratedDatabase(
  server: Address & { readonly password: string },
  roles: readonly string[],
  schemas: readonly ServiceSchema[],
): Promise<TestDatabase> {
  const prepared = await createTestDatabase(server);
  for (const role of roles) {
    // Roles belong to the whole server: an earlier test may have made it.
    const { rows } = await prepared.database.raw<{ rows: unknown[] }>(
      'select from pg_roles where rolname = ?',
      [role],
    );
    if (rows.length === 0) await prepared.database.raw('create role ?? login', [role]);
  }
  for (const schema of schemas) await migrate(prepared.database, schema);
  return prepared;
}
