import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ConcurrentChangeError } from '#platform/database/concurrent-change.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { poll } from '#platform/testing/poll.ts';
import { insertOrders, updateOrders } from '../database/orders.ts';
import { recordConflicts, recordRefusals } from '../database/outcomes.ts';
import { decodeCommand } from '../domain/commands.ts';
import { openedBy } from '../domain/order.ts';
import { act, command, messageOf, placeOrder } from './commands.ts';
import { applyCommands, type Outcomes, outcomes, useOrderBook } from './prepared-order-book.ts';

const book = useOrderBook();

const rowsOf = (table: string): Promise<Record<string, unknown>[]> =>
  book.database.withSchema('orders').from(table).select('*');

/** What a member does with a batch: again while another one is faster. */
async function asMember(messages: readonly OutgoingMessage[]): Promise<Outcomes> {
  for (;;) {
    try {
      return await applyCommands(book.database, messages);
    } catch (error) {
      if (!(error instanceof ConcurrentChangeError)) throw error;
    }
  }
}

const atOnce = (messages: readonly OutgoingMessage[]): Promise<Outcomes[]> =>
  Promise.all([1, 2, 3, 4].map(() => asMember(messages)));
const sumOf = (all: readonly Outcomes[], outcome: keyof Outcomes): number =>
  all.reduce((sum, { [outcome]: count }) => sum + count, 0);

// Guard: `on conflict (order_id) do nothing`: two members that both hold a partition for a moment.
it('applies a batch once when two members apply it at the same time', async () => {
  const all = await atOnce(Array.from({ length: 100 }, () => command(placeOrder(), randomUUID())));
  expect(sumOf(all, 'opened')).toBe(100);
  expect(sumOf(all, 'conflicts')).toBe(0);
  expect(await rowsOf('orders')).toHaveLength(100);
  expect(await rowsOf('outbox')).toHaveLength(200);
});

// Guard: the version in `where`. A member that lost its partition decided on what was there before.
it('changes nothing on the ground of an order that another member has changed meanwhile', async () => {
  const place = placeOrder();
  await applyCommands(book.database, [command(place)]);
  const decided = { before: 1, order: { ...openedBy(place), status: 'cancelled' as const, version: 2 } };
  await expect(
    book.database.transaction((transaction) => updateOrders(transaction, [decided])),
  ).rejects.toThrow(ConcurrentChangeError);
  expect(await rowsOf('orders')).toEqual([expect.objectContaining({ status: 'awaiting-payment' })]);
});

// Guard: `on conflict (order_id) do nothing` and the count of what was inserted.
it('opens nothing in the place of an order that another member has opened meanwhile', async () => {
  const first = placeOrder();
  await applyCommands(book.database, [command(first)]);
  const place = { ...placeOrder(), orderId: first.orderId };
  const common = { message: messageOf(command(place)), id: randomUUID(), orderId: place.orderId };
  const opened = { command: { kind: 'place', ...common, place } as const, order: openedBy(place) };
  await expect(
    book.database.transaction((transaction) => insertOrders(transaction, [opened])),
  ).rejects.toThrow(ConcurrentChangeError);
  expect(await rowsOf('orders')).toEqual([expect.objectContaining({ fingerprint: first.fingerprint })]);
});

// Guard: the count of what was inserted. There is no order whose lock the two could have waited for.
it('refuses commands for unknown orders once when two members refuse them at the same time', async () => {
  const all = await atOnce(
    Array.from({ length: 50 }, () => act(randomUUID(), 'cancel', { actor: 'customer' })),
  );
  expect(sumOf(all, 'refused')).toBe(50);
  expect(await rowsOf('command_refusals')).toHaveLength(50);
  expect(await rowsOf('outbox')).toHaveLength(50);
});

// Guard: the same count, where chance has no part in it.
it('answers nothing that another member has answered meanwhile', async () => {
  const place = placeOrder();
  const unknown = act(randomUUID(), 'cancel', { actor: 'customer' });
  const rival = command({ ...place, fingerprint: 'f'.repeat(64) });
  await applyCommands(book.database, [command(place), rival, unknown]);
  const [conflict, refused] = [rival, unknown].map(messageOf).map(decodeCommand);
  if (conflict?.kind !== 'place' || refused?.kind !== 'act') throw new Error('decoded as another kind');
  for (const record of [
    (transaction: Transaction) => recordConflicts(transaction, [conflict]),
    (transaction: Transaction) => recordRefusals(transaction, [{ command: refused, code: 'unknown-order' }]),
  ]) {
    await expect(book.database.transaction(record)).rejects.toThrow(ConcurrentChangeError);
  }
});

// Guard: `for update`. Without it each such batch fails and is done again.
it('waits for another member that is changing the order, and builds on that', async () => {
  const { orderId, ...place } = placeOrder();
  await applyCommands(book.database, [command({ orderId, ...place })]);
  const other = await book.database.transaction();
  await other.raw("update orders.orders set status = 'paid', paid = true, version = 3 where order_id = ?", [
    orderId,
  ]);
  const applied = applyCommands(book.database, [act(orderId, 'cancel', { actor: 'customer' })]);
  await poll(
    async () => {
      const { rows } = await book.database.raw<{ rows: unknown[] }>(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    },
    { what: 'the batch to wait' },
  ).finally(() => other.commit());
  expect(await applied).toEqual(outcomes({ changed: 1 }));
  expect(await rowsOf('orders')).toEqual([
    expect.objectContaining({ status: 'cancelled', paid: true, version: 4 }),
  ]);
});
