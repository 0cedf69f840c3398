import { afterEach, beforeEach, expect, inject, it } from 'vitest';
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

it('gives numbers for bigint, and ends statements that take too long', async () => {
  const { rows } = await test.database.raw<{ rows: { value: unknown }[] }>(
    'select 9007199254740991::bigint as value',
  );
  expect(rows[0]?.value).toBe(Number.MAX_SAFE_INTEGER);
  const impatient = createDatabase({ ...test.options, statementTimeoutMs: 100 });
  await expect(impatient.raw('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  await pingDatabase(impatient);
  await impatient.destroy();
});
