import { expect, inject, it } from 'vitest';
import { migrate } from '#platform/database/migrations.ts';
import { createMigratedDatabase } from '#platform/testing/test-database.ts';
import { schema } from '../database/migrations.ts';
import { takeOverdueOrders } from '../database/open-orders.ts';
import { act, placeOrder } from './commands.ts';
import { applyCommands, outcomes, useOrderBook } from './prepared-order-book.ts';

const book = useOrderBook();

const rowsOf = (table: string): Promise<Record<string, unknown>[]> =>
  book.database.withSchema('orders').from(table).select('*');

// Guard: the trigger and the defaults. Version 0.1 may run beside this one while it is replaced.
it('lists orders that version 0.1 opens, and can serve them', async () => {
  const { orderId, customerId, fingerprint, lines } = placeOrder();
  await book.database('orders.orders').insert({
    ...{ order_id: orderId, customer_id: customerId, fingerprint, lines: JSON.stringify(lines) },
    ...{ status: 'accepted', version: 1, currency: 'USD', total_cents: 410, placed_at: new Date() },
  });
  expect(await rowsOf('open_orders')).toEqual([expect.objectContaining({ order_id: orderId })]);
  expect(await applyCommands(book.database, [act(orderId, 'confirm-payment')])).toEqual(
    outcomes({ changed: 1 }),
  );
  expect(await rowsOf('orders')).toEqual([expect.objectContaining({ status: 'paid', version: 2 })]);
});

// Guard: the migration's own list. Without it what was open at the upgrade would wait for its payment for ever.
it('lists the orders that version 0.1 has left, and lets them expire', async () => {
  const old = { ...schema, migrations: schema.migrations.slice(0, 1) };
  await using upgraded = await createMigratedDatabase(inject('postgres'), ['consumer', 'producer'], [old]);
  const { database } = upgraded;
  const { orderId, customerId, fingerprint, lines } = placeOrder();
  await database('orders.orders').insert({
    ...{ order_id: orderId, customer_id: customerId, fingerprint, lines: JSON.stringify(lines) },
    ...{ status: 'accepted', version: 1, currency: 'USD', total_cents: 410, placed_at: new Date() },
  });
  await migrate(database, schema);
  const overdue = () => database.transaction((transaction) => takeOverdueOrders(transaction, 10, 0));
  expect(await overdue()).toEqual([]);
  await database.raw("update orders.open_orders set payment_due_at = now() - interval '1 second'");
  expect(await overdue()).toEqual([orderId]);
});
