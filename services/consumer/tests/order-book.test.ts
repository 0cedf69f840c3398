import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { command, placeOrder } from './commands.ts';
import { applyCommands, createOrderBook } from './prepared-order-book.ts';

let book: TestDatabase;

beforeAll(async () => {
  book = await createOrderBook();
});
beforeEach(async () => {
  await book.database.raw('truncate orders.inbox, orders.orders, orders.order_conflicts, orders.outbox');
});
afterAll(() => book[Symbol.asyncDispose]());

const rowsOf = (table: string): Promise<Record<string, unknown>[]> =>
  book.database.withSchema('orders').from(table).select('*');

it('opens an order with its event and remembers the message, in one transaction', async () => {
  const place = placeOrder({ totalCents: 1_000_000_000 });
  expect(await applyCommands(book.database, [command(place)])).toEqual({
    accepted: 1,
    conflicts: 0,
    repeats: 0,
  });
  expect(await rowsOf('orders')).toEqual([
    expect.objectContaining({
      order_id: place.orderId,
      status: 'accepted',
      version: 1,
      fingerprint: place.fingerprint,
      lines: place.lines,
      total_cents: 1_000_000_000,
    }),
  ]);
  expect(await rowsOf('inbox')).toHaveLength(1);
  expect(await rowsOf('outbox')).toEqual([
    expect.objectContaining({ key: place.orderId, published_at: null }),
  ]);
});

// Guard: `on conflict do nothing returning` of the inbox. Without it the second batch fails for ever.
it('does nothing for a message that it has taken in before', async () => {
  const message = command(placeOrder());
  await applyCommands(book.database, [message, message]);
  expect(await applyCommands(book.database, [message])).toEqual({ accepted: 0, conflicts: 0, repeats: 1 });
  expect(await rowsOf('outbox')).toHaveLength(1);
});

// Guard: the fingerprint. The same order under another message id is a repeat, not a conflict.
it('does nothing for the same request under another message id', async () => {
  const place = placeOrder();
  await applyCommands(book.database, [command(place)]);
  const dearer = command({ ...place, totalCents: 999 });
  expect(await applyCommands(book.database, [dearer])).toEqual({ accepted: 0, conflicts: 0, repeats: 1 });
  expect(await rowsOf('orders')).toEqual([expect.objectContaining({ total_cents: place.totalCents })]);
  expect(await rowsOf('order_conflicts')).toEqual([]);
});

describe('another request under the id of an order', () => {
  it.each(['in a later batch', 'in the same batch'])(
    '%s is kept as a conflict; the first stays',
    async (when) => {
      const first = placeOrder({}, 'first');
      const second = { ...placeOrder({}, 'second'), orderId: first.orderId };
      const messages = [command(first), command(second)];
      if (when === 'in the same batch') await applyCommands(book.database, messages);
      else for (const message of messages) await applyCommands(book.database, [message]);

      expect(await rowsOf('orders')).toEqual([
        expect.objectContaining({ fingerprint: first.fingerprint, version: 1 }),
      ]);
      expect(await rowsOf('order_conflicts')).toEqual([
        expect.objectContaining({
          order_id: first.orderId,
          fingerprint: second.fingerprint,
          command: second,
        }),
      ]);
      const events = (await rowsOf('outbox')).toSorted((a, b) => Number(a.id) - Number(b.id));
      expect(events.map(({ headers }) => (headers as Record<string, string>).ce_type)).toEqual([
        'dev.gocoffee.order.accepted.v1',
        'dev.gocoffee.order.conflict.v1',
      ]);
    },
  );
});

// Guard: the inbox. Orders recognise their own repeats; only the inbox recognises the repeat of a conflict.
it('records and tells a conflict once, however often its message comes', async () => {
  const first = placeOrder({}, 'first');
  const second = command({ ...placeOrder({}, 'second'), orderId: first.orderId });
  await applyCommands(book.database, [command(first), second]);
  expect(await applyCommands(book.database, [second])).toEqual({ accepted: 0, conflicts: 0, repeats: 1 });
  expect(await rowsOf('order_conflicts')).toHaveLength(1);
  expect(await rowsOf('outbox')).toHaveLength(2);
});

// Guard: the transaction. A command that the database refuses must leave nothing of its batch.
it('leaves nothing of a batch in which one command can not be stored', async () => {
  const good = placeOrder();
  const refused = placeOrder({ placedAt: '0000-01-01T00:00:00.000Z' });
  await expect(applyCommands(book.database, [command(good), command(refused)])).rejects.toMatchObject({
    code: '22008',
  });
  for (const table of ['inbox', 'orders', 'outbox']) expect(await rowsOf(table), table).toEqual([]);
});

// Guard: the outbox is in the transaction too. What is refused only by the commit must leave no event behind.
it('leaves nothing of a batch whose commit fails', async () => {
  await book.database.raw(`
    create function orders.refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
    create constraint trigger refuse_commit after insert on orders.orders
      deferrable initially deferred for each row execute function orders.refuse();
  `);
  const applied = applyCommands(book.database, [command(placeOrder())]).finally(() =>
    book.database.raw('drop function orders.refuse cascade'),
  );
  await expect(applied).rejects.toThrow('refused');
  for (const table of ['inbox', 'orders', 'outbox']) expect(await rowsOf(table), table).toEqual([]);
});

// Guard: inbox and `on conflict (order_id) do nothing`: two members that both hold a partition for a moment.
it('applies a batch once when two members apply it at the same time', async () => {
  const messages = Array.from({ length: 100 }, () => command(placeOrder(), randomUUID()));
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => applyCommands(book.database, messages)));
  expect(outcomes.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(100);
  expect(outcomes.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBe(0);
  expect(await rowsOf('orders')).toHaveLength(100);
  expect(await rowsOf('outbox')).toHaveLength(100);
});
