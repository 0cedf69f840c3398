import { randomUUID } from 'node:crypto';
import type { Role } from '#contracts/access-token.ts';
import type { Account } from '#contracts/http/identity.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { within } from '../../deadline.ts';
import type { IdentityStore, Rotation, StoredAccount } from '../identity-store.ts';

interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly password_hash: string;
  readonly roles: Role[];
}

const accountFrom = ({ id, username, roles }: AccountRow): Account => ({ id, username, roles });

// Longer than a query takes, and shorter than a person's patience.
const timeoutMs = 3_000;
const mostPruned = 1_000;

/**
 * Four failures of a name cost nothing. The fifth locks it for a second, each further one for twice as long, up to 15
 * minutes. What is older than a day does not count.
 */
const attempt = `
  insert into identity.sign_in_attempts as known (name_hash, failures, locked_until, attempted_at)
  values (:name, 1, now(), now())
  on conflict (name_hash) do update set
    failures = case when known.attempted_at < now() - interval '1 day' then 1 else known.failures + 1 end,
    attempted_at = now(),
    locked_until = now() + case
      when known.attempted_at < now() - interval '1 day' or known.failures < 4 then interval '0'
      else least(interval '15 minutes', interval '1 second' * power(2, least(known.failures - 4, 20)))
    end
  where known.locked_until <= now()
  returning failures`;

/** Accounts and sessions in PostgreSQL, by the role `identity`. */
export class PostgresIdentityStore implements IdentityStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createAccount(username: string, passwordHash: string): Promise<void> {
    await this.#rows(
      'insert into identity.accounts (id, username, password_hash) values (?, ?, ?) on conflict do nothing',
      [randomUUID(), username, passwordHash],
    );
  }

  async findAccount(username: string): Promise<StoredAccount | undefined> {
    const [row] = await this.#rows<AccountRow>('select * from identity.accounts where username = ?', [
      username,
    ]);
    return row && { ...accountFrom(row), passwordHash: row.password_hash };
  }

  async accountOf(id: string): Promise<Account | undefined> {
    // Tokens of other issuers have other subjects.
    const [row] = await this.#rows<AccountRow>('select * from identity.accounts where id::text = ?', [id]);
    return row && accountFrom(row);
  }

  async assignRoles(username: string, roles: readonly Role[]): Promise<Account | undefined> {
    const [row] = await this.#rows<AccountRow>(
      'update identity.accounts set roles = ?::text[] where username = ? returning *',
      [roles, username],
    );
    return row && accountFrom(row);
  }

  async beginAttempt(name: Buffer): Promise<number> {
    const counted = await this.#rows(attempt, { name });
    if (counted.length > 0) return 0;
    const [lock] = await this.#rows<{ ms: number }>(
      `select ceil(extract(epoch from locked_until - now()) * 1000)::integer as ms
         from identity.sign_in_attempts where name_hash = :name`,
      { name },
    );
    return Math.max(1, lock?.ms ?? 1);
  }

  async forgetAttempts(name: Buffer): Promise<void> {
    await this.#rows('delete from identity.sign_in_attempts where name_hash = :name', { name });
  }

  async openSession(accountId: string, tokenHash: Buffer, lifetimeMs: number): Promise<void> {
    await this.#rows(
      `with session as (
         insert into identity.sessions (id, account_id, expires_at)
         values (:id, :accountId, now() + interval '1 millisecond' * :lifetimeMs) returning id)
       insert into identity.refresh_tokens (hash, session_id) select :tokenHash, id from session`,
      { id: randomUUID(), accountId, tokenHash, lifetimeMs },
    );
  }

  rotate(tokenHash: Buffer, nextHash: Buffer): Promise<Rotation> {
    const rotation = this.#database.transaction((transaction) => rotate(transaction, tokenHash, nextHash));
    return within(rotation, timeoutMs, what);
  }

  async endSession(tokenHash: Buffer): Promise<void> {
    await this.#rows(
      `update identity.sessions set ended_at = now() where ended_at is null
        and id = (select session_id from identity.refresh_tokens where hash = :tokenHash)`,
      { tokenHash },
    );
  }

  async prune(): Promise<boolean> {
    const removed = await this.#rows(
      `with old_sessions as (
         delete from identity.sessions where id in (
           select id from identity.sessions where expires_at < now() limit :most) returning 1),
       old_attempts as (
         delete from identity.sign_in_attempts where name_hash in (
           select name_hash from identity.sign_in_attempts
            where attempted_at < now() - interval '1 day' limit :most) returning 1)
       select * from old_sessions union all select * from old_attempts`,
      { most: mostPruned },
    );
    return removed.length >= mostPruned;
  }

  async #rows<T = unknown>(sql: string, bindings: readonly unknown[] | object): Promise<T[]> {
    const query = this.#database.raw<{ rows: T[] }>(sql, bindings as never);
    return (await within(Promise.resolve(query), timeoutMs, what)).rows;
  }
}

const what = 'The list of accounts';

interface TokenRow extends AccountRow {
  readonly session_id: string;
}

async function rotate(transaction: Transaction, tokenHash: Buffer, nextHash: Buffer): Promise<Rotation> {
  // The session is locked: of two that come with the same token one is first, and the other one sees that.
  const { rows } = await transaction.raw<{ rows: TokenRow[] }>(
    `select account.*, session.id as session_id
       from identity.refresh_tokens token
       join identity.sessions session on session.id = token.session_id
       join identity.accounts account on account.id = session.account_id
      where token.hash = ? and session.ended_at is null and session.expires_at > now()
        for update of session`,
    [tokenHash],
  );
  const [row] = rows;
  if (!row) return { outcome: 'refused' };
  // Read again: what another one did while this one waited for the lock is not in the rows above.
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    'update identity.refresh_tokens set used_at = now() where hash = ? and used_at is null',
    [tokenHash],
  );
  if (rowCount === 0) {
    await transaction.raw('update identity.sessions set ended_at = now() where id = ?', [row.session_id]);
    return { outcome: 'reused', accountId: row.id, sessionId: row.session_id };
  }
  await transaction.raw('insert into identity.refresh_tokens (hash, session_id) values (?, ?)', [
    nextHash,
    row.session_id,
  ]);
  return { outcome: 'rotated', account: accountFrom(row) };
}
