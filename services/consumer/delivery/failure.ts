import { ConcurrentChangeError } from '../database/concurrent-change.ts';

/**
 * - `message`: the database refuses the data; it would refuse it again.
 * - `outside`: a part that is needed is away, or another transaction was in the way; it works later.
 * - `unknown`: may be either: a mistake of ours, a migration under way, a message that nobody foresaw.
 */
export type FailureKind = 'message' | 'outside' | 'unknown';

// https://www.postgresql.org/docs/17/errcodes-appendix.html
const messageClasses = new Set(['22', '23']);
// Connection, transaction state and rollback, authorization, resources, object state, operator, system.
const outsideClasses = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58']);
// A statement that takes too long may do so because of one message.
const statementTimeout = '57014';
const networkCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET)/;
// Of pg and knex. A server that is frozen gives no code, only "Query read timeout".
const lostConnection =
  /connection (terminated|ended|timeout|error)|query read timeout|timeout (expired|exceeded|acquiring)|unable to acquire|not queryable/i;

/** Whose fault a failure of a batch's transaction is. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof ConcurrentChangeError) return 'outside';
  const code = 'code' in error ? String(error.code) : '';
  if (/^[0-9A-Z]{5}$/.test(code)) {
    const group = code.slice(0, 2);
    if (messageClasses.has(group)) return 'message';
    if (code === statementTimeout) return 'unknown';
    if (outsideClasses.has(group)) return 'outside';
  }
  if (networkCodes.test(code) || lostConnection.test(error.message)) return 'outside';
  return 'unknown';
}
