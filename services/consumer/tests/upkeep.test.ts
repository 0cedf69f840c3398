import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { orderEventsTopic } from '#contracts/topics.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { orderOutbox } from '../database/outbox.ts';
import { expireOrders } from '../upkeep/expire-orders.ts';
import { prune } from '../upkeep/prune.ts';
import { act, command, placeOrder } from './commands.ts';
import { applyCommands, outcomes, useOrderBook } from './prepared-order-book.ts';

const book = useOrderBook();

const now = '2026-01-01T08:20:00.000Z';
const hour = 3_600_000;
const rowsOf = (table: string): Promise<Record<string, unknown>[]> =>
  book.database.withSchema('orders').from(table).select('*');
const commandsInOutbox = async (): Promise<unknown[]> =>
  (await rowsOf('outbox')).filter(({ topic }) => topic === 'orders.v1');

/** Opens orders whose payment was due a moment ago. */
async function openOverdue(count = 1): Promise<string[]> {
  const places = Array.from({ length: count }, () => placeOrder());
  await applyCommands(
    book.database,
    places.map((place) => command(place)),
  );
  await book.database.raw("update orders.open_orders set payment_due_at = now() - interval '1 second'");
  return places.map(({ orderId }) => orderId);
}

describe('expiry', () => {
  it('is asked for once, by a command that expires the order', async () => {
    const [orderId = ''] = await openOverdue();
    expect(await expireOrders(book.database, now)).toBe(1);
    expect(await expireOrders(book.database, now)).toBe(0);
    // Guard: after a while it is asked for again, but not what waits in the outbox still.
    await book.database.raw("update orders.open_orders set expiry_asked_at = now() - interval '1 hour'");
    expect(await expireOrders(book.database, now)).toBe(0);
    const [asked] = (await commandsInOutbox()) as [
      { key: string; headers: Record<string, string>; payload: string },
    ];
    const message = { topic: 'orders.v1', key: asked.key, value: asked.payload, headers: asked.headers };
    expect(await applyCommands(book.database, [message])).toEqual(outcomes({ changed: 1 }));
    expect(await rowsOf('orders')).toEqual([
      expect.objectContaining({ order_id: orderId, status: 'expired' }),
    ]);
    expect(await expireOrders(book.database, now)).toBe(0);
  });

  it('spares what is paid, and what is not due', async () => {
    const [paid = ''] = await openOverdue();
    await applyCommands(book.database, [act(paid, 'confirm-payment'), command(placeOrder())]);
    expect(await expireOrders(book.database, now)).toBe(0);
    expect(await commandsInOutbox()).toEqual([]);
  });

  it('comes too late for a payment that is before it in the partition', async () => {
    const [orderId = ''] = await openOverdue();
    await expireOrders(book.database, now);
    const expiry = act(orderId, 'expire', { actor: 'system' });
    expect(await applyCommands(book.database, [act(orderId, 'confirm-payment'), expiry])).toEqual(
      outcomes({ changed: 1, refused: 1 }),
    );
  });

  it('is asked for by one replica at a time', async () => {
    await openOverdue(50);
    const asked = await Promise.all([1, 2, 3, 4].map(() => expireOrders(book.database, now)));
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(await commandsInOutbox()).toHaveLength(50);
  });
});

describe('removal by age', () => {
  const retention = { outboxMs: hour, outcomesMs: 700 * hour };
  const age = (table: string, column: string, hours: number): Promise<unknown> =>
    book.database.raw(`update orders.${table} set ${column} = now() - ? * interval '1 hour'`, [hours]);

  it('removes published events, refusals and conflicts that are old enough, and nothing younger', async () => {
    const place = placeOrder();
    const other = { ...place, fingerprint: 'b'.repeat(64) };
    await applyCommands(book.database, [command(place), act(place.orderId, 'complete'), command(other)]);
    await book.database.raw("update orders.outbox set published_at = now() - interval '30 minutes'");
    expect(await prune(book.database, retention)).toBe(false);
    expect((await rowsOf('outbox')).length).toBe(4);
    expect((await rowsOf('command_refusals')).length).toBe(1);
    expect((await rowsOf('order_conflicts')).length).toBe(1);

    await age('outbox', 'created_at', 2);
    await age('outbox', 'published_at', 2);
    await age('command_refusals', 'recorded_at', 701);
    await age('order_conflicts', 'recorded_at', 701);
    await prune(book.database, retention);
    for (const table of ['outbox', 'command_refusals', 'order_conflicts'])
      expect(await rowsOf(table), table).toEqual([]);
    expect(await rowsOf('orders')).toHaveLength(1);
  });

  // Guard: `published_at` in the condition. Age alone would lose what a long outage of Kafka held up.
  it('keeps what is not published, however old it is', async () => {
    await applyCommands(book.database, [command(placeOrder())]);
    await age('outbox', 'created_at', 1_000);
    await prune(book.database, retention);
    expect(await rowsOf('outbox')).toHaveLength(2);
  });

  it('says that there is more when it has removed all that it may at once', async () => {
    await book.database.transaction(async (transaction) => {
      const entries = Array.from({ length: 5_001 }, () => ({
        message: { topic: orderEventsTopic.name, key: 'k', value: '{}', headers: { ce_id: randomUUID() } },
        trace: {},
      }));
      await orderOutbox.insert(transaction, entries);
    });
    await age('outbox', 'created_at', 2);
    await age('outbox', 'published_at', 2);
    expect(await prune(book.database, retention)).toBe(true);
    expect(await prune(book.database, retention)).toBe(false);
    expect(await rowsOf('outbox')).toEqual([]);
  });
});

it('does nothing while another replica does the same job, but another job', async () => {
  const { promise: finish, resolve } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  // Also when the test fails: a transaction that never ends would hold up the end of its pool for minutes.
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(resolve);
  const first = exclusively(book.database, 'consumer.pruning', () => {
    begin();
    return finish.then(() => 'first');
  });
  await begun;
  expect(
    await exclusively(book.database, 'consumer.pruning', () => Promise.resolve('second')),
  ).toBeUndefined();
  expect(await exclusively(book.database, 'consumer.expiry', () => Promise.resolve('other'))).toBe('other');
  resolve();
  expect(await first).toBe('first');
});
