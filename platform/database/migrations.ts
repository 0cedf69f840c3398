import type { Database, Transaction } from './database.ts';

/**
 * One step of a schema. Steps are an explicit list, are never edited after a release, and only expand: version N-1 of
 * the service must run on the schema of version N.
 */
export interface Migration {
  /** Unique and sortable: `0001-orders`. */
  readonly name: string;
  readonly up: (transaction: Transaction) => Promise<void>;
}

/** The schema of one service: all its tables are in the PostgreSQL schema `schema`. */
export interface ServiceSchema {
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

// Any number that no other use of advisory locks in this database takes: "coffee" in ASCII.
const lockKey = 0x636f66666565n;

/**
 * Applies the migrations that are missing, each in a transaction, under an advisory lock, so that any number of
 * replicas may start it at once.
 *
 * @returns the names that were applied now.
 */
export async function migrate(database: Database, { schema, migrations }: ServiceSchema): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of migrations) {
    await database.transaction(async (transaction) => {
      await transaction.raw('select pg_advisory_xact_lock(?)', [lockKey.toString()]);
      await transaction.raw('create schema if not exists ??', [schema]);
      await transaction.raw(
        'create table if not exists ??.migrations (name text primary key, applied_at timestamptz not null default now())',
        [schema],
      );
      const known = await transaction
        .withSchema(schema)
        .from('migrations')
        .where({ name: migration.name })
        .first();
      if (known) return;
      await migration.up(transaction);
      await transaction.withSchema(schema).into('migrations').insert({ name: migration.name });
      applied.push(migration.name);
    });
  }
  return applied;
}
