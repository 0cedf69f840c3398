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

// Whoever waits for a table's lock makes everybody wait who comes after: services go on while a step tries again.
const lockTimeoutMs = 2_000;
const mostAttempts = 60;
// https://www.postgresql.org/docs/17/errcodes-appendix.html: lock_not_available, deadlock_detected
const inTheWay = new Set(['55P03', '40P01']);

/**
 * Applies the migrations that are missing, each in a transaction, under an advisory lock, so that any number of
 * replicas may start it at once. A step waits for the locks that it needs for seconds only and then tries again, so
 * that services which are at work are not held up.
 *
 * @returns the names that were applied now.
 * @throws what PostgreSQL says, also when the locks can't be had after two minutes.
 */
export async function migrate(database: Database, { schema, migrations }: ServiceSchema): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await patiently(() => applyStep(database, schema, migration))) applied.push(migration.name);
  }
  return applied;
}

/** @returns whether it was missing. */
function applyStep(database: Database, schema: string, migration: Migration): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await transaction.raw('select pg_advisory_xact_lock(?)', [lockKey.toString()]);
    await transaction.raw(`set local lock_timeout = ${lockTimeoutMs}`);
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
    if (known) return false;
    await migration.up(transaction);
    await transaction.withSchema(schema).into('migrations').insert({ name: migration.name });
    return true;
  });
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!inTheWay.has(code) || attempt === mostAttempts) throw error;
    }
  }
}
