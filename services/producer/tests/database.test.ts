import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { injectedSql } from '#platform/testing/injected-sql.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { seedProducts } from '../database/menu-seed.ts';
import { createMenuSource } from '../database/menu-source.ts';
import { schema } from '../database/migrations.ts';
import { PostgresOrderBook } from '../database/order-book.ts';

let prepared: TestDatabase;
beforeAll(async () => {
  prepared = await createMigratedDatabase(inject('postgres'), ['producer'], [schema]);
});
afterAll(() => prepared[Symbol.asyncDispose]());

describe('the menu in PostgreSQL', () => {
  test('is the first one after migration, and readable for the producer only', async () => {
    const { menu } = await createMenuSource(prepared.database).load();
    expect(menu.version).toBe(1);
    expect(menu.products.map(({ id }) => id)).toEqual(seedProducts.map(({ id }) => id));
    const latte = menu.products.find(({ id }) => id === 'latte');
    expect(latte?.sizes).toContainEqual({ id: 'small', priceCents: 410 });
    expect(latte?.options.map(({ id }) => id)).toContain('oat-milk');
    const { rows } = await prepared.database.raw<{ rows: unknown[] }>(
      `select has_table_privilege('producer', 'menu.products', 'select') as reads,
              has_table_privilege('producer', 'menu.products', 'insert, update, delete') as writes`,
    );
    expect(rows).toEqual([{ reads: true, writes: false }]);
  });

  test('gets another version by every change', async () => {
    const source = createMenuSource(prepared.database);
    const before = await source.load();
    await prepared.database.raw(
      `update menu.product_sizes set price_cents = 415 where product_id = 'latte' and id = 'small'`,
    );
    await prepared.database.raw(
      `insert into menu.products (id, name, category) values ('air', 'Air', 'cold')`,
    );
    const { menu, revision } = await source.load();
    expect(menu.version).toBe(before.menu.version + 2);
    expect(revision).not.toBe(before.revision);
    expect(await source.revision()).toBe(revision);
    expect(menu.products.find(({ id }) => id === 'latte')?.sizes[0]).toEqual({
      id: 'small',
      priceCents: 415,
    });
    // Without a size it can't be ordered.
    expect(menu.products.map(({ id }) => id)).not.toContain('air');
  });

  test.each([
    `update menu.product_sizes set price_cents = -1`,
    `insert into menu.products (id, name, category) values ('Not A Key', 'x', 'cold')`,
    `insert into menu.version (only_row, version) values (false, 1)`,
  ])('does not take what would break the contract: %s', async (statement) => {
    await expect(prepared.database.raw(statement)).rejects.toThrow('violates check constraint');
  });
});

describe("the consumer's view", () => {
  const orders = 30;
  // The columns that the view promises; ten orders share each microsecond.
  beforeAll(async () => {
    await prepared.database.raw(`
      create schema orders;
      create table orders.order_v3 as
        select gen_random_uuid() as order_id, 'customer-' || i % 3 as customer_id, 'accepted' as status, 1 as version,
               repeat('a', 64) as fingerprint, 'USD' as currency, '[]'::jsonb as lines, i as total_cents,
               'counter' as payment_method, false as paid, null::timestamptz as payment_due_at,
               timestamptz '2026-03-01 08:00:00Z' + i / 10 * interval '1 microsecond' as created_at,
               timestamptz '2026-03-01 08:00:01Z' as updated_at, 'main' as shop_id
          from generate_series(0, ${orders - 1}) as i;
      create table orders.open_order_v1 as select order_id from orders.order_v3 where total_cents < 28`);
  });

  test('is paged without a gap or a repeat, newest first, within a microsecond too', async () => {
    const book = new PostgresOrderBook(prepared.database);
    const totals: number[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await book.list({ limit: 7, ...(cursor ? { cursor } : {}) }, 5_000);
      totals.push(...page.orders.map(({ totalCents }) => totalCents));
      cursor = page.nextCursor;
    } while (cursor);
    expect(totals.map((total) => Math.floor(total / 10))).toEqual(
      [2, 1, 0].flatMap((ten) => Array(10).fill(ten)),
    );
    expect(new Set(totals).size).toBe(orders);
  });

  test('is filtered', async () => {
    const book = new PostgresOrderBook(prepared.database);
    const list = async (query: object): Promise<number[]> => {
      const { orders: found, nextCursor } = await book.list({ limit: 100, ...query }, 5_000);
      expect(nextCursor).toBeNull();
      return found.map(({ totalCents }) => totalCents).sort((a, b) => a - b);
    };
    expect(await list({ customerId: 'customer-1', status: 'accepted' })).toEqual([
      1, 4, 7, 10, 13, 16, 19, 22, 25,
    ]);
    const second = {
      createdFrom: '2026-03-01T08:00:00.000001Z',
      createdBefore: '2026-03-01T08:00:00.000002Z',
    };
    expect(await list(second)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(await list({ customerId: 'nobody' })).toEqual([]);
  });

  // Guard: what somebody filters by is a value, and never a part of the query.
  test.each(injectedSql)('finds no order of others by SQL in a value: %s', async (sql) => {
    const book = new PostgresOrderBook(prepared.database);
    const list = async (query: object): Promise<unknown[]> =>
      (await book.list({ limit: 100, ...query }, 5_000)).orders;
    expect(await list({ customerId: sql })).toEqual([]);
    expect(await list({ customerId: `customer-1${sql}` })).toEqual([]);
    expect(await list({ status: sql })).toEqual([]);
    await expect(list({ createdFrom: sql })).rejects.toThrow();
    await expect(book.find(sql, 5_000)).rejects.toThrow();
    expect(await list({})).toHaveLength(orders);
  });

  test('lists the payments that are due back, or the others', async () => {
    await prepared.database.raw(`
      update orders.order_v3 set paid = true where total_cents in (1, 2, 3);
      update orders.order_v3 set status = 'rejected' where total_cents = 2;
      update orders.order_v3 set status = 'cancelled' where total_cents in (3, 4)`);
    const book = new PostgresOrderBook(prepared.database);
    const totals = async (query: object): Promise<number[]> =>
      (await book.list({ limit: 100, ...query }, 5_000)).orders.map(({ totalCents }) => totalCents).sort();
    expect(await totals({ refundDue: true })).toEqual([2, 3]);
    expect(await totals({ refundDue: true, status: 'cancelled' })).toEqual([3]);
    const others = await totals({ refundDue: false });
    expect(others).toHaveLength(orders - 2);
    expect(others).toEqual(expect.arrayContaining([1, 4]));
    await prepared.database.raw(`update orders.order_v3 set paid = false, status = 'accepted'`);
  });

  test('shows one order', async () => {
    const book = new PostgresOrderBook(prepared.database);
    const [first] = (await book.list({ limit: 1 }, 5_000)).orders;
    expect(await book.find(first?.id as string, 5_000)).toEqual({
      order: first,
      fingerprint: 'a'.repeat(64),
    });
    expect(first).toMatchObject({
      createdAt: '2026-03-01T08:00:00.000Z',
      updatedAt: '2026-03-01T08:00:01.000Z',
    });
    expect(await book.find('00000000-0000-4000-8000-000000000000', 5_000)).toBeUndefined();
    await expect(book.ping()).resolves.toBeUndefined();
  });
});
