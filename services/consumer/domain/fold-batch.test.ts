import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandRefused, orderAccepted, orderMoved } from '#contracts/events/order-events.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { act, command, messageOf, placeOrder } from '../tests/commands.ts';
import { decodeCommand } from './commands.ts';
import { type BatchEffects, foldBatch } from './fold-batch.ts';
import type { OrderRecord } from './order.ts';

const now = '2026-01-01T08:00:02.000Z';
const nothing = new Map<string, OrderRecord>();
const fold = (
  messages: readonly OutgoingMessage[],
  known: ReadonlyMap<string, OrderRecord> = nothing,
  answered: ReadonlySet<string> = new Set(),
) => foldBatch(messages.map(messageOf).map(decodeCommand), known, answered, now);
const typesOf = ({ events }: BatchEffects): string[] =>
  events.map(({ event }) => event.type.split('.')[3] ?? '');
const ordersAfter = ({ opened, changed }: BatchEffects): Map<string, OrderRecord> =>
  new Map([...opened, ...changed].map(({ order }) => [order.orderId, order]));

it('opens an order and asks for its payment, in events of the contract', () => {
  const place = placeOrder();
  const effects = fold([command(place)]);
  expect(effects.opened.map(({ order }) => [order.status, order.version])).toEqual([['awaiting-payment', 2]]);
  const [accepted, awaiting] = effects.events.map(({ event }) => event.data);
  expect(orderAccepted.parse(accepted)).toMatchObject({ orderVersion: 1, acceptedAt: now });
  expect(orderMoved.parse(awaiting)).toMatchObject({
    orderVersion: 2,
    previousStatus: 'accepted',
    actor: 'system',
  });
});

it('lets the first of two requests under one id open the order, and keeps the second as a conflict', () => {
  const first = placeOrder({}, 'first');
  const second = { ...placeOrder({}, 'second'), orderId: first.orderId };
  const effects = fold([command(first), command(second)]);
  expect(effects.opened.map(({ order }) => order.fingerprint)).toEqual([first.fingerprint]);
  expect(effects.conflicts.map(({ place }) => place.fingerprint)).toEqual([second.fingerprint]);
  expect(typesOf(effects)).toEqual(['accepted', 'awaiting-payment', 'conflict']);
});

it('does nothing for the same request again', () => {
  const place = placeOrder();
  const effects = fold([command(place), command(place)]);
  expect(effects.opened).toHaveLength(1);
  expect(typesOf(effects)).toEqual(['accepted', 'awaiting-payment']);
});

it('applies what follows in the same batch to what came before, and writes each order once', () => {
  const place = placeOrder();
  const effects = fold([
    command(place),
    act(place.orderId, 'confirm-payment'),
    act(place.orderId, 'prepare'),
  ]);
  expect(effects.opened.map(({ order }) => [order.status, order.version])).toEqual([['preparing', 4]]);
  expect(effects.changed).toEqual([]);
});

it('settles what cost nothing by itself when it is cancelled, however it would have been paid', () => {
  const place = placeOrder({ totalCents: 0, paymentMethod: 'crypto' });
  const effects = fold([command(place), act(place.orderId, 'cancel', { actor: 'customer' })]);
  expect(effects.opened.map(({ order }) => order.status)).toEqual(['refunded']);
  expect(typesOf(effects)).toEqual(['accepted', 'paid', 'cancelled', 'refunded']);
});

it('tells of a refused command with the status that was in the way', () => {
  const place = placeOrder();
  const known = ordersAfter(fold([command(place)]));
  const refusal = act(place.orderId, 'complete');
  const effects = fold([refusal], known);
  expect(effects.refused.map(({ code }) => code)).toEqual(['not-allowed']);
  expect(effects.changed).toEqual([]);
  expect(commandRefused.parse(effects.events[0]?.event.data)).toMatchObject({
    commandId: refusal.headers.ce_id,
    status: 'awaiting-payment',
    orderVersion: 2,
  });
});

const answeredBy = ({ conflicts, refused }: BatchEffects): Set<string> =>
  new Set([...conflicts.map(({ id }) => id), ...refused.map(({ command: { id } }) => id)]);

// What decision 5 rests on: it makes no difference how a partition is cut into batches.
it('has the same effects however the commands are repeated and cut into batches', () => {
  const places = Array.from({ length: 3 }, () => placeOrder());
  const actions = [
    'confirm-payment',
    'prepare',
    'mark-ready',
    'complete',
    'cancel',
    'reject',
    'refund',
  ] as const;
  const anyCommand = fc.tuple(fc.nat(2), fc.constantFrom('place', 'other', ...actions));
  const message = ([index, what]: readonly [number, string]): OutgoingMessage => {
    const place = places[index] ?? placeOrder();
    if (what === 'place') return command(place);
    if (what === 'other') return command({ ...place, fingerprint: 'f'.repeat(64) });
    return act(place.orderId, what as (typeof actions)[number], {}, randomUUID());
  };
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 30 }), fc.nat(30), fc.nat(30), (drawn, cut, again) => {
      const messages = drawn.map(message);
      const whole = fold(messages);
      const first = fold(messages.slice(0, cut));
      // As after a crash: the second batch begins with messages that the first one has applied.
      const second = fold(messages.slice(Math.max(0, cut - again)), ordersAfter(first), answeredBy(first));
      const events = (...parts: BatchEffects[]): unknown[] =>
        parts.flatMap((part) => part.events.map(({ event }) => event));
      expect(events(first, second)).toEqual(events(whole));
      expect(new Map([...ordersAfter(first), ...ordersAfter(second)])).toEqual(ordersAfter(whole));
    }),
  );
});
