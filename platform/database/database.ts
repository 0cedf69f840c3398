import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { TlsIdentity } from '../tls/identity.ts';

export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Plaintext without. */
  readonly tls?: TlsIdentity | undefined;
  /** Longest time for a statement, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /** Longest time that a transaction may wait for its client, in milliseconds; 30 s unless told. */
  readonly idleInTransactionMs?: number;
}

// Longer than a relay's produce request usually takes, retries included.
const defaultIdleInTransactionMs = 30_000;

const silent = (): void => undefined;

export type Database = Knex;
export type Transaction = Knex.Transaction;

// bigint columns hold ids and amounts well below 2^53: numbers, not strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

function connectionOf(options: DatabaseOptions): pg.ClientConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  return {
    host: options.host,
    port: options.port,
    database: options.name,
    user: options.user,
    password: options.password,
    application_name: options.applicationName,
    connectionTimeoutMillis: 3_000,
    statement_timeout: statementTimeoutMs,
    // Waiting for a lock says so (55P03) before the statement's own time is up: it is another one's fault.
    lock_timeout: Math.round(statementTimeoutMs * 0.8),
    // A replica that is paused or cut off in mid-transaction must not keep its locks.
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? defaultIdleInTransactionMs,
    // A server that is frozen or unreachable does not honour its own limit.
    query_timeout: statementTimeoutMs + 2_000,
    keepAlive: true,
  };
}

/**
 * Asked for each connection, since certificates change; pools copy what they are given. The host is the name or address
 * that the server's certificate must carry.
 */
function liveTls({ host, tls }: DatabaseOptions): PropertyDescriptor | undefined {
  return tls && { enumerable: true, get: () => ({ ...tls.clientOptions(), host }) };
}

/** A pool of connections; they are made when needed, so this never fails, whatever state the server is in. */
export function createDatabase(options: DatabaseOptions): Database {
  const database = knex({
    client: 'pg',
    connection: connectionOf(options) as Knex.PgConnectionConfig,
    pool: { min: 0, max: options.poolSize, idleTimeoutMillis: 30_000 },
    acquireConnectionTimeout: 5_000,
    // What knex would print reaches the caller as an error as well.
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
  const ssl = liveTls(options);
  if (ssl) Object.defineProperty(database.client.connectionSettings, 'ssl', ssl);
  return database;
}

/** The same without knex, for a library that brings its own statements. */
export function createPool(options: DatabaseOptions, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ ...connectionOf(options), max: options.poolSize, idleTimeoutMillis: 30_000 });
  const ssl = liveTls(options);
  if (ssl) Object.defineProperty(pool.options, 'ssl', ssl);
  // Without a listener a connection that breaks while it is idle would end the process.
  pool.on('error', onError);
  return pool;
}

/** Rejects unless the server answers: for readiness. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.raw('select 1');
}
