import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { loadMigrateConfig, type MigrateConfig } from '../config.ts';
import { prepare } from '../prepare.ts';

// Characters that would break a statement that was put together by hand.
const passwords = {
  consumer: `con'sumer?"\\`,
  producer: 'pro $1 ducer',
  streams: 'str\\eams',
  'ai-orchestrator': 'a--i',
  identity: 'id%entity',
  'web3-payment': 'web 3',
  'otel-collector': 'col"lector',
};
let test: TestDatabase;
let secrets: string;
let config: MigrateConfig;
const { log, lines } = recordingLog();
const { signal } = new AbortController();

beforeAll(async () => {
  test = await createTestDatabase(inject('postgres'));
  secrets = await mkdtemp(join(tmpdir(), 'go-coffee-secrets-'));
  for (const [service, password] of Object.entries(passwords)) {
    await writeFile(join(secrets, `${service}-database-password`), `${password}\n`);
  }
  config = loadMigrateConfig({
    KAFKA_BROKERS: inject('broker'),
    DATABASE_HOST: test.options.host,
    DATABASE_PORT: String(test.options.port),
    DATABASE_NAME: test.options.name,
    DATABASE_USER: test.options.user,
    DATABASE_PASSWORD: test.options.password,
    SECRETS_DIRECTORY: secrets,
    COFFEE_TLS: 'off',
  });
});
afterAll(async () => {
  await test[Symbol.asyncDispose]();
  await rm(secrets, { recursive: true });
});

/** A connection as a service has it. */
function connect(role: keyof typeof passwords): Database & AsyncDisposable {
  const pool = createDatabase({ ...test.options, user: role, password: passwords[role], poolSize: 1 });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() });
}

// Guard: the advisory locks of migrations and roles.
it('may run four times at once, and again', async () => {
  await Promise.all([1, 2, 3, 4].map(() => prepare(config, log, signal)));
  const applied = lines.flatMap((line) => (Array.isArray(line.applied) ? (line.applied as string[]) : []));
  expect(applied.toSorted()).toEqual([
    '0001-accounts',
    '0001-active-colour',
    '0001-engine',
    '0001-menu',
    '0001-order-book',
    '0001-payments',
    '0001-windows',
    '0002-history-and-anomalies',
    '0002-house',
    '0002-lifecycle',
    '0003-followed-commands',
    '0003-payments',
    '0004-list-open-orders',
    '0005-conflicts-by-time',
    '0006-shops',
  ]);
  lines.length = 0;
  await prepare(config, log, signal);
  const again = lines.map(({ applied: none }) => none).filter((none) => none !== undefined);
  expect(again).toEqual(['deployment', ...config.MIGRATE_SERVICES].map(() => []));
});

describe('the role of the producer', () => {
  it('reads the view of the orders and the menu, and nothing else', async () => {
    await using database = connect('producer');
    await database.raw('select * from orders.order_v1');
    await database.raw('select * from menu.products');
    for (const table of [
      'orders.orders',
      'orders.inbox',
      'orders.outbox',
      'orders.order_conflicts',
      'orders.migrations',
      'identity.accounts',
    ]) {
      await expect(database.raw(`select * from ${table}`), table).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('changes nothing', async () => {
    await using database = connect('producer');
    for (const statement of [
      'delete from orders.order_v1',
      'update menu.version set version = 99',
      "insert into menu.options values ('free', 'Free', 0)",
      'create table orders.mine (id int)',
      'create schema mine',
      'create table public.mine (id int)',
    ]) {
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the role of the consumer', () => {
  it('works with its tables, but makes and drops none', async () => {
    await using database = connect('consumer');
    await database.raw('select count(*) from orders.orders');
    await database.raw('delete from orders.inbox');
    for (const statement of [
      'create table orders.mine (id int)',
      'drop table orders.inbox',
      'truncate orders.orders',
      'alter table orders.orders add column mine int',
      'select * from menu.products',
      'create table public.mine (id int)',
    ]) {
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the role of identity', () => {
  it('works with its tables and no others', async () => {
    await using database = connect('identity');
    await database.raw('select count(*) from identity.accounts');
    for (const statement of [
      'select * from menu.products',
      'select * from orders.order_v2',
      'drop table identity.accounts',
    ])
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the role of the streams service', () => {
  it('works with its tables and no others, and makes and drops none', async () => {
    await using database = connect('streams');
    await database.raw('select count(*) from streams.windows');
    await database.raw('delete from streams.panes');
    for (const statement of [
      'create table streams.mine (id int)',
      'drop table streams.windows',
      'delete from streams.clock',
      'select * from orders.order_v2',
      'select * from menu.products',
    ]) {
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the role of web3-payment', () => {
  it('works with its tables and no others, and makes and drops none', async () => {
    await using database = connect('web3-payment');
    await database.raw('select count(*) from payments.payments');
    await database.raw('delete from payments.sightings');
    for (const statement of [
      'create table payments.mine (id int)',
      'drop table payments.payments',
      'select * from payments.migrations',
      'select * from orders.order_v2',
      'select * from menu.products',
    ]) {
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the role of the AI orchestrator', () => {
  it('works with its tables, owns those of its engine, and sees no others', async () => {
    await using database = connect('ai-orchestrator');
    await database.raw('select count(*) from ai.runs');
    await database.raw('delete from ai.stock_ledger');
    await database.raw('create table dbos.mine (id int)');
    await database.raw('drop table dbos.mine');
    for (const statement of [
      'create table ai.mine (id int)',
      'drop table ai.runs',
      'delete from ai.shops',
      'select * from orders.order_v2',
      'select * from streams.windows',
    ]) {
      await expect(database.raw(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

it('gives a role the password that is in its file now', async () => {
  await writeFile(join(secrets, 'consumer-database-password'), 'another');
  await prepare(config, log, signal);
  await using old = connect('consumer');
  await expect(old.raw('select 1')).rejects.toMatchObject({ code: '28P01' });
  passwords.consumer = 'another';
  await using database = connect('consumer');
  await database.raw('select 1');
});

it('stops waiting when it is told to', async () => {
  const controller = new AbortController();
  const away = { ...config, DATABASE_PORT: 1, KAFKA_BROKERS: ['127.0.0.1:1'] };
  const waiting = prepare(away, log, controller.signal);
  controller.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
});
