import { expect, it } from 'vitest';
import { commandRefusedType, orderAcceptedType } from '#contracts/events/order-events.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { delivered, messagesOf, opening } from '../tests/happenings.ts';
import { orderEvents } from './order-events.ts';
import { placedOrders } from './placed-orders.ts';
import { sourceOf } from './sources.ts';

const [placed, accepted] = messagesOf({
  orderId: crypto.randomUUID(),
  placedAt: opening,
  lines: [{ productId: 'latte', quantity: 2, cents: 820 }],
  steps: [],
}).map((message) => delivered(message, 0, 0)) as [IncomingMessage, IncomingMessage];
const typed = (message: IncomingMessage, type: string): IncomingMessage => ({
  ...message,
  headers: { ...message.headers, ce_type: type },
});

it('reads what counts', () => {
  expect(placedOrders.read(placed)).toMatchObject({ at: opening, facts: { totals: { placed: 1 } } });
  expect(orderEvents.read(accepted)).toMatchObject({
    at: opening + 5,
    reached: 'accepted',
    facts: { totals: { accepted: 1, items: 2 }, products: { latte: { quantity: 2, cents: 820 } } },
  });
});

it('passes over what does not count', () => {
  expect(placedOrders.read(typed(placed, 'dev.gocoffee.order.cancel.v1'))).toBeUndefined();
  expect(orderEvents.read(typed(accepted, commandRefusedType))).toBeUndefined();
  expect(orderEvents.read(typed(accepted, 'dev.gocoffee.order.from-the-future.v9'))).toBeUndefined();
});

// Guard: the order book buries it; it would be among the dead letters twice.
it('leaves commands that can not be read to the order book', () => {
  expect(placedOrders.read({ ...placed, value: Buffer.from('{') })).toBeUndefined();
  expect(placedOrders.read({ ...placed, value: Buffer.from('{}') })).toBeUndefined();
});

it.each(['{', '{}'])('refuses an event whose data is %s', (data) => {
  const broken = typed({ ...accepted, value: Buffer.from(data) }, orderAcceptedType);
  expect(() => orderEvents.read(broken)).toThrow(PoisonMessageError);
});

it('knows its sources by their topics', () => {
  expect(sourceOf('order-events.v1')).toBe(orderEvents);
  expect(() => sourceOf('nothing')).toThrow('nothing is not among the sources of analytics');
});
