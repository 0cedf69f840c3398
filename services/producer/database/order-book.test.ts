import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { createMenuSource } from './menu-source.ts';
import { PostgresOrderBook } from './order-book.ts';

const orderId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
const unavailable = expect.objectContaining({ code: 'dependency-unavailable', retryAfterSeconds: 2 });

describe('while PostgreSQL is away', () => {
  let database: Database;
  beforeAll(() => {
    const server = { host: '127.0.0.1', port: 1, name: 'coffee', user: 'producer', password: 'x' };
    database = createDatabase({ ...server, poolSize: 1, applicationName: 'test' });
  });
  afterAll(() => database.destroy());

  test('reads fail in time', async () => {
    const book = new PostgresOrderBook(database);
    await expect(book.find(orderId, 200)).rejects.toThrow(unavailable);
    await expect(book.list({ limit: 10, customerId: 'c', status: 'accepted' }, 200)).rejects.toThrow(
      unavailable,
    );
  });

  test('reads do not pile up behind the pool', async () => {
    const { pool } = database.client as { pool: { numPendingAcquires(): number } };
    const full = {
      ...database,
      client: { pool: { ...pool, numPendingAcquires: () => 100 } },
    } as unknown as Database;
    await expect(new PostgresOrderBook(full).find(orderId, 10_000)).rejects.toThrow(unavailable);
  });

  test('the menu is not there', async () => {
    const source = createMenuSource(database);
    await expect(source.revision()).rejects.toThrow();
    await expect(source.load()).rejects.toThrow();
  });

  test('a cursor that is none is still named', async () => {
    const book = new PostgresOrderBook(database);
    await expect(book.list({ limit: 10, cursor: 'x' }, 200)).rejects.toThrow(
      expect.objectContaining({ code: 'validation-failed' }),
    );
  });
});
