import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { createTestDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { createDatabase, pingDatabase } from '../database.ts';
import { type Migration, migrate, type ServiceSchema } from '../migrations.ts';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase(inject('postgres'));
});
afterEach(() => test[Symbol.asyncDispose]());

const creating = (name: string, table: string): Migration => ({
  name,
  up: async (transaction) => {
    await transaction.raw('create table ??.?? (id bigint)', ['cafe', table]);
  },
});
const schema: ServiceSchema = {
  schema: 'cafe',
  migrations: [creating('0001-cups', 'cups'), creating('0002-plates', 'plates')],
};

it('applies what is missing, in order, and nothing the next time', async () => {
  expect(await migrate(test.database, { ...schema, migrations: schema.migrations.slice(0, 1) })).toEqual([
    '0001-cups',
  ]);
  expect(await migrate(test.database, schema)).toEqual(['0002-plates']);
  expect(await migrate(test.database, schema)).toEqual([]);
});

// Guard: the advisory lock. Without it "create schema if not exists" and the tables collide.
it('may be started four times at once', async () => {
  const pools = [1, 2, 3, 4].map(() => createDatabase(test.options));
  const applied = await Promise.all(pools.map((pool) => migrate(pool, schema)));
  for (const pool of pools) await pool.destroy();
  expect(applied.flat().toSorted()).toEqual(['0001-cups', '0002-plates']);
});

it('leaves nothing of a migration that fails, and applies it when it is repaired', async () => {
  const broken: Migration = {
    name: '0003-broken',
    up: async (transaction) => {
      await transaction.raw('create table cafe.saucers (id bigint)');
      throw new Error('half way');
    },
  };
  await expect(
    migrate(test.database, { ...schema, migrations: [...schema.migrations, broken] }),
  ).rejects.toThrow('half way');
  expect(await test.database.schema.withSchema('cafe').hasTable('saucers')).toBe(false);
  const repaired = creating('0003-broken', 'saucers');
  expect(await migrate(test.database, { ...schema, migrations: [...schema.migrations, repaired] })).toEqual([
    '0003-broken',
  ]);
});

// Guard: lock_timeout and the repeat. A step that waits for a lock makes everybody wait who comes after it.
it('lets services work while it waits for a lock, and gets it in the end', async () => {
  await migrate(test.database, schema);
  const reader = await test.database.transaction();
  await reader.raw('select * from cafe.cups');
  const altering: Migration = {
    name: '0003-size',
    up: async (transaction) => {
      await transaction.raw('alter table cafe.cups add column size text');
    },
  };
  const migrated = migrate(test.database, { ...schema, migrations: [...schema.migrations, altering] });
  const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'alter table cafe.cups%'`;
  await poll(async () => (await test.database.raw<{ rows: unknown[] }>(waits)).rows.length > 0, {
    what: 'the step to wait for the lock',
  });
  // Behind the step in the queue for the table: it may wait as long as a step does, not as long as the reader reads.
  const service = createDatabase({ ...test.options, statementTimeoutMs: 6_000 });
  try {
    await service.raw('insert into cafe.cups values (1)');
  } finally {
    await service.destroy();
    await reader.commit();
  }
  expect(await migrated).toEqual(['0003-size']);
});

// Guard: idle_in_transaction_session_timeout. A replica that is paused in mid-transaction keeps its connection open.
it('ends a transaction whose client does nothing any more, and its locks with it', async () => {
  await migrate(test.database, schema);
  const paused = createDatabase({ ...test.options, idleInTransactionMs: 200 });
  const work = paused.transaction(async (transaction) => {
    await transaction.raw('lock table cafe.cups in exclusive mode');
    // Somebody else gets on, while this client does nothing.
    await test.database.raw('insert into cafe.cups values (1)');
    await transaction.raw('select 1');
  });
  await expect(work).rejects.toThrow(/terminat|idle|not queryable|connection/i);
  await paused.destroy();
});

// Guard: lock_timeout below statement_timeout. The wait must not look like a statement that is too slow.
it('says that a lock was in the way, not that the statement took too long', async () => {
  await migrate(test.database, schema);
  const holder = await test.database.transaction();
  await holder.raw('lock table cafe.cups in exclusive mode');
  const waiting = createDatabase({ ...test.options, statementTimeoutMs: 500 });
  await expect(waiting.raw('insert into cafe.cups values (1)')).rejects.toMatchObject({ code: '55P03' });
  await holder.rollback();
  await waiting.destroy();
});

it('gives numbers for bigint, and ends statements that take too long', async () => {
  const { rows } = await test.database.raw<{ rows: { value: unknown }[] }>(
    'select 9007199254740991::bigint as value',
  );
  expect(rows[0]?.value).toBe(Number.MAX_SAFE_INTEGER);
  const impatient = createDatabase({ ...test.options, statementTimeoutMs: 1_000 });
  await expect(impatient.raw('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  await pingDatabase(impatient);
  await impatient.destroy();
});
