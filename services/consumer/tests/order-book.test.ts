import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { act, command, placeOrder } from './commands.ts';
import { applyCommands, outcomes, useOrderBook } from './prepared-order-book.ts';

const book = useOrderBook();

/** The events in the outbox, in the order in which they are published. */
async function eventTypes(): Promise<string[]> {
  const rows = (await rowsOf('outbox')).toSorted((a, b) => Number(a.id) - Number(b.id));
  const types = rows.map(({ headers }) => (headers as Record<string, string>).ce_type ?? '');
  return types.map((type) => type.replace(/^dev\.gocoffee\.order\.(.+)\.v1$/, '$1'));
}

const rowsOf = (table: string): Promise<Record<string, unknown>[]> =>
  book.database.withSchema('orders').from(table).select('*');

it('opens an order with its event and remembers the command, in one transaction', async () => {
  const place = placeOrder({ totalCents: 1_000_000_000 });
  const message = command(place);
  expect(await applyCommands(book.database, [message])).toEqual(outcomes({ opened: 1 }));
  expect(await rowsOf('orders')).toEqual([
    expect.objectContaining({
      order_id: place.orderId,
      status: 'awaiting-payment',
      version: 2,
      fingerprint: place.fingerprint,
      lines: place.lines,
      total_cents: 1_000_000_000,
      followed: [message.headers.ce_id],
    }),
  ]);
  expect(await eventTypes()).toEqual(['accepted', 'awaiting-payment']);
  expect(await rowsOf('open_orders')).toEqual([expect.objectContaining({ order_id: place.orderId })]);
});

// Guard: the order's own list. A repeat would be refused as already done, and that would be told.
it('does nothing for a command that the order has followed before', async () => {
  const place = placeOrder();
  const messages = [
    command(place),
    act(place.orderId, 'confirm-payment'),
    act(place.orderId, 'prepare'),
    act(place.orderId, 'mark-ready'),
  ];
  for (const message of messages) await applyCommands(book.database, [message]);
  for (const message of messages)
    expect(await applyCommands(book.database, [message])).toEqual(outcomes({ repeats: 1 }));
  expect(await applyCommands(book.database, messages)).toEqual(outcomes({ repeats: 4 }));
  expect(await eventTypes()).toEqual(['accepted', 'awaiting-payment', 'paid', 'preparing', 'ready']);
  expect((await rowsOf('orders')).map(({ followed }) => followed)).toEqual([
    messages.map(({ headers }) => headers.ce_id),
  ]);
});

// Guard: the same within a batch.
it('takes a command once that stands twice in its batch', async () => {
  const place = placeOrder();
  const payment = act(place.orderId, 'confirm-payment');
  expect(await applyCommands(book.database, [command(place), payment, payment])).toEqual(
    outcomes({ opened: 1, repeats: 1 }),
  );
  expect(await eventTypes()).toEqual(['accepted', 'awaiting-payment', 'paid']);
});

// Guard: the fingerprint. The same order under another message id is a repeat, not a conflict.
it('does nothing for the same request under another message id', async () => {
  const place = placeOrder();
  await applyCommands(book.database, [command(place)]);
  const dearer = command({ ...place, totalCents: 999 });
  expect(await applyCommands(book.database, [dearer])).toEqual(outcomes({ repeats: 1 }));
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
        expect.objectContaining({ fingerprint: first.fingerprint, version: 2 }),
      ]);
      expect(await rowsOf('order_conflicts')).toEqual([
        expect.objectContaining({
          order_id: first.orderId,
          fingerprint: second.fingerprint,
          command: second,
        }),
      ]);
      expect(await eventTypes()).toEqual(['accepted', 'awaiting-payment', 'conflict']);
    },
  );
});

// Guard: what was answered. The order does not know of what it did not follow.
it('records and tells a conflict once, however often its message comes', async () => {
  const first = placeOrder({}, 'first');
  const second = command({ ...placeOrder({}, 'second'), orderId: first.orderId });
  await applyCommands(book.database, [command(first), second]);
  expect(await applyCommands(book.database, [second])).toEqual(outcomes({ repeats: 1 }));
  expect(await rowsOf('order_conflicts')).toHaveLength(1);
  expect(await rowsOf('outbox')).toHaveLength(3);
});

it('refuses a command once, however often its message comes, and whatever has become of the order', async () => {
  const place = placeOrder();
  const tooEarly = act(place.orderId, 'prepare');
  await applyCommands(book.database, [command(place), tooEarly, tooEarly]);
  await applyCommands(book.database, [act(place.orderId, 'confirm-payment')]);
  expect(await applyCommands(book.database, [tooEarly])).toEqual(outcomes({ repeats: 1 }));
  expect(await rowsOf('command_refusals')).toHaveLength(1);
  expect(await eventTypes()).toEqual(['accepted', 'awaiting-payment', 'command-refused', 'paid']);
});

// Guard: the transaction. A command that the database refuses must leave nothing of its batch.
it('leaves nothing of a batch in which one command can not be stored', async () => {
  const good = placeOrder();
  const refused = placeOrder({ placedAt: '0000-01-01T00:00:00.000Z' });
  await expect(applyCommands(book.database, [command(good), command(refused)])).rejects.toMatchObject({
    code: '22008',
  });
  for (const table of ['orders', 'open_orders', 'outbox']) expect(await rowsOf(table), table).toEqual([]);
});

// Guard: the order is in the transaction. It would know the command, whose repeat would then never be told of.
it('leaves nothing of a batch whose event can not be stored', async () => {
  await book.database.raw(`
    create function orders.refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
    create trigger refuse_event before insert on orders.outbox for each row execute function orders.refuse();
  `);
  const applied = applyCommands(book.database, [command(placeOrder())]).finally(() =>
    book.database.raw('drop function orders.refuse cascade'),
  );
  await expect(applied).rejects.toThrow('refused');
  for (const table of ['orders', 'open_orders', 'outbox']) expect(await rowsOf(table), table).toEqual([]);
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
  for (const table of ['orders', 'open_orders', 'outbox']) expect(await rowsOf(table), table).toEqual([]);
});

describe('the life of an order', () => {
  const served = ['confirm-payment', 'prepare', 'mark-ready', 'complete'] as const;

  it.each(['one command a batch', 'all in one batch'])('goes to its completion, %s', async (how) => {
    const place = placeOrder();
    const messages = [command(place), ...served.map((action) => act(place.orderId, action))];
    if (how === 'all in one batch') await applyCommands(book.database, messages);
    else for (const message of messages) await applyCommands(book.database, [message]);

    expect(await rowsOf('orders')).toEqual([
      expect.objectContaining({ status: 'completed', version: 6, paid: true, lines: place.lines }),
    ]);
    expect(await eventTypes()).toEqual([
      'accepted',
      'awaiting-payment',
      'paid',
      'preparing',
      'ready',
      'completed',
    ]);
    expect(await rowsOf('open_orders')).toEqual([]);
  });

  it('keeps and tells why a command changed nothing', async () => {
    const place = placeOrder();
    await applyCommands(book.database, [command(place)]);
    const tooEarly = act(place.orderId, 'mark-ready');
    const unknown = act(randomUUID(), 'cancel', { actor: 'customer' });
    expect(await applyCommands(book.database, [tooEarly, unknown])).toEqual(outcomes({ refused: 2 }));
    const refusals = await rowsOf('command_refusals');
    expect(refusals.map(({ action, code }) => [action, code]).toSorted()).toEqual([
      ['cancel', 'unknown-order'],
      ['mark-ready', 'not-allowed'],
    ]);
    expect(await eventTypes()).toEqual([
      'accepted',
      'awaiting-payment',
      'command-refused',
      'command-refused',
    ]);
    expect(await rowsOf('orders')).toEqual([expect.objectContaining({ version: 2 })]);
  });

  it('has a refund due after it was cancelled paid, and is open until the money is back', async () => {
    const place = placeOrder();
    const { orderId } = place;
    await applyCommands(book.database, [command(place), act(orderId, 'confirm-payment')]);
    await applyCommands(book.database, [act(orderId, 'cancel', { actor: 'customer', reason: 'in a hurry' })]);
    expect(await rowsOf('open_orders')).toHaveLength(1);
    const [cancelled] = (await rowsOf('outbox')).slice(-1);
    expect(JSON.parse(String(cancelled?.payload))).toMatchObject({
      status: 'cancelled',
      refundDue: true,
      reason: 'in a hurry',
      orderVersion: 4,
    });
    await applyCommands(book.database, [act(orderId, 'refund')]);
    expect(await rowsOf('orders')).toEqual([expect.objectContaining({ status: 'refunded', paid: false })]);
    expect(await rowsOf('open_orders')).toEqual([]);
  });

  it('is open again when money comes after it has expired', async () => {
    const place = placeOrder({ paymentMethod: 'crypto' });
    const { orderId } = place;
    await applyCommands(book.database, [command(place), act(orderId, 'expire', { actor: 'system' })]);
    expect(await rowsOf('open_orders')).toEqual([]);
    await applyCommands(book.database, [act(orderId, 'confirm-payment', { actor: 'payments' })]);
    expect(await rowsOf('orders')).toEqual([
      expect.objectContaining({ status: 'expired', paid: true, version: 4 }),
    ]);
    expect(await rowsOf('open_orders')).toHaveLength(1);
    expect((await eventTypes()).at(-1)).toBe('refund-due');
  });

  it('asks nothing for what costs nothing', async () => {
    const line = { ...placeOrder().lines[0], unitPriceCents: 0, lineTotalCents: 0 };
    await applyCommands(book.database, [command(placeOrder({ lines: [line as never], totalCents: 0 }))]);
    expect(await eventTypes()).toEqual(['accepted', 'paid']);
  });
});
