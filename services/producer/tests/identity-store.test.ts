import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, test } from 'vitest';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { injectedSql } from '#platform/testing/injected-sql.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { schema as menuSchema } from '../database/migrations.ts';
import { schema } from '../identity/database/migrations.ts';
import { PostgresIdentityStore } from '../identity/database/postgres-identity-store.ts';

const password = 'role-of-identity';
const hash = '$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA';
const hour = 3_600_000;
let prepared: TestDatabase;
/** Connected as the role that the producer has for it. */
let own: Database;
let store: PostgresIdentityStore;

beforeAll(async () => {
  prepared = await createMigratedDatabase(inject('postgres'), ['producer', 'identity'], [menuSchema, schema]);
  await prepared.database.raw(`alter role identity password '${password}'`);
  own = createDatabase({ ...prepared.options, user: 'identity', password });
  store = new PostgresIdentityStore(own);
});
beforeEach(() =>
  prepared.database.raw('truncate identity.accounts, identity.sessions, identity.sign_in_attempts cascade'),
);
afterAll(async () => {
  await own.destroy();
  await prepared[Symbol.asyncDispose]();
});

const token = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();

async function accountId(username = 'ada'): Promise<string> {
  await store.createAccount(username, hash);
  return (await store.findAccount(username))?.id ?? '';
}

describe('accounts', () => {
  it('are made once, of customers', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.createAccount('ada', hash)));
    await store.createAccount('ada', hash.replace('aGFzaA', 'b3RoZXI'));
    const found = await store.findAccount('ada');
    expect(found).toMatchObject({ username: 'ada', passwordHash: hash, roles: ['customer'] });
    expect(await store.accountOf(found?.id ?? '')).toEqual({
      id: found?.id,
      username: 'ada',
      roles: ['customer'],
    });
    expect(await store.accountOf('no-uuid')).toBeUndefined();
    expect(await store.findAccount('grace')).toBeUndefined();
  });

  // Guard: a name is a value, and never a part of the query.
  it.each(injectedSql)('are not found by SQL in a name: %s', async (sql) => {
    await accountId();
    expect(await store.findAccount(sql)).toBeUndefined();
    expect(await store.accountOf(sql)).toBeUndefined();
    expect(await store.assignRoles(sql, ['operator'])).toBeUndefined();
    expect(await store.findAccount('ada')).toMatchObject({ roles: ['customer'] });
  });

  it('get the roles that they are given', async () => {
    const id = await accountId();
    expect(await store.assignRoles('ada', ['barista', 'operator'])).toEqual({
      id,
      username: 'ada',
      roles: ['barista', 'operator'],
    });
    expect(await store.assignRoles('ada', [])).toMatchObject({ roles: [] });
    expect(await store.assignRoles('grace', ['barista'])).toBeUndefined();
  });
});

describe('sessions', () => {
  it('go on from token to token', async () => {
    const id = await accountId();
    const [first, second, third] = [token(), token(), token()];
    await store.openSession(id, first, hour);
    expect(await store.rotate(first, second)).toMatchObject({ outcome: 'rotated', account: { id } });
    await store.assignRoles('ada', ['barista']);
    expect(await store.rotate(second, third)).toMatchObject({ account: { roles: ['barista'] } });
    expect(await store.rotate(token(), token())).toEqual({ outcome: 'refused' });
  });

  // Guard: whoever stole a token, or from whom it was stolen, is out (RFC 9700, section 4.14.2).
  it('end when a token comes a second time, with every token that followed from it', async () => {
    const id = await accountId();
    const [first, second, other] = [token(), token(), token()];
    await store.openSession(id, first, hour);
    await store.openSession(id, other, hour);
    await store.rotate(first, second);
    expect(await store.rotate(first, token())).toMatchObject({ outcome: 'reused', accountId: id });
    expect(await store.rotate(second, token())).toEqual({ outcome: 'refused' });
    // Told once: the session is over already.
    expect(await store.rotate(first, token())).toEqual({ outcome: 'refused' });
    expect(await store.rotate(other, token())).toMatchObject({ outcome: 'rotated' });
  });

  // Guard: of two that come with the same token at the same time at most one gets another.
  it('give one successor, whoever comes at the same time', async () => {
    const id = await accountId();
    for (let round = 0; round < 5; round += 1) {
      const first = token();
      await store.openSession(id, first, hour);
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => store.rotate(first, token())));
      expect(outcomes.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'reused')).toHaveLength(1);
    }
  });

  it('end by signing out and by age', async () => {
    const id = await accountId();
    const [one, two] = [token(), token()];
    await store.openSession(id, one, hour);
    await store.openSession(id, two, -1);
    await store.endSession(one);
    await store.endSession(token());
    for (const each of [one, two]) expect(await store.rotate(each, token())).toEqual({ outcome: 'refused' });
    expect(await store.prune()).toBe(false);
    const left = await prepared.database('identity.sessions').count('* as sessions');
    expect(left).toEqual([{ sessions: 1 }]);
  });
});

describe('attempts', () => {
  const lock = async (): Promise<number> => {
    const [row] = await prepared
      .database('identity.sign_in_attempts')
      .select(
        prepared.database.raw('round(extract(epoch from locked_until - attempted_at))::integer as seconds'),
      );
    return (row as { seconds: number }).seconds;
  };
  const pass = (interval: string): Promise<unknown> =>
    prepared.database.raw(
      `update identity.sign_in_attempts set locked_until = locked_until - ?::interval,
                                            attempted_at = attempted_at - ?::interval`,
      [interval, interval],
    );

  // Guard: lock-out with backoff, by name, whether there is such an account or not.
  it('lock a name for longer each time', async () => {
    const name = token();
    const locks: number[] = [];
    for (let attempt = 1; attempt <= 16; attempt += 1) {
      expect(await store.beginAttempt(name)).toBe(0);
      locks.push(await lock());
      await pass('16 minutes');
    }
    expect(locks).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    await store.forgetAttempts(name);
    expect(await store.beginAttempt(name)).toBe(0);
    expect(await lock()).toBe(0);
  });

  it('are not counted while the name is locked, and say how long it is', async () => {
    const name = token();
    for (let attempt = 1; attempt <= 5; attempt += 1) await store.beginAttempt(name);
    const waitMs = await store.beginAttempt(name);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(1_000);
    expect(await store.beginAttempt(token())).toBe(0);
  });

  // Guard: guesses that come all at once count as well.
  it('at the same time are no more than five', async () => {
    const name = token();
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => store.beginAttempt(name)));
    expect(outcomes.filter((waitMs) => waitMs === 0)).toHaveLength(5);
  });

  it('are forgotten after a day', async () => {
    const name = token();
    for (let attempt = 1; attempt <= 5; attempt += 1) await store.beginAttempt(name);
    await pass('25 hours');
    expect(await store.beginAttempt(name)).toBe(0);
    expect(await lock()).toBe(0);
    await pass('25 hours');
    await store.prune();
    expect(await prepared.database('identity.sign_in_attempts')).toEqual([]);
  });
});

describe('rights', () => {
  // Guard: what the rest of the producer can be tricked into can't reach accounts.
  test('the role of the producer sees nothing of it', async () => {
    const { rows } = await prepared.database.raw<{ rows: unknown[] }>(
      `select has_schema_privilege('producer', 'identity', 'usage') as uses,
              has_table_privilege('producer', 'identity.accounts', 'select') as reads,
              has_table_privilege('identity', 'menu.products', 'select') as menu`,
    );
    expect(rows).toEqual([{ uses: false, reads: false, menu: false }]);
  });

  test('the role of identity changes no password and no name, and removes no account', async () => {
    await accountId();
    for (const statement of [
      `update identity.accounts set password_hash = '${hash}'`,
      `update identity.accounts set username = 'mallory'`,
      'delete from identity.accounts',
      `update identity.sessions set expires_at = now() + interval '9 years'`,
      'create table identity.more ()',
    ])
      await expect(own.raw(statement), statement).rejects.toThrow(/permission denied/);
  });
});

test('everything says so when PostgreSQL is away', async () => {
  const nowhere = createDatabase({ ...prepared.options, port: 1 });
  const lost = new PostgresIdentityStore(nowhere);
  const away = { code: 'dependency-unavailable' };
  await expect(lost.findAccount('ada')).rejects.toMatchObject(away);
  await expect(lost.beginAttempt(token())).rejects.toMatchObject(away);
  await expect(lost.rotate(token(), token())).rejects.toMatchObject(away);
  await expect(lost.openSession(randomUUID(), token(), hour)).rejects.toMatchObject(away);
  await nowhere.destroy();
});
