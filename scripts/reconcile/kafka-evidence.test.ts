import { expect, test } from 'vitest';
import { placeOrderType } from '#contracts/events/order-commands.ts';
import { orderAcceptedType, orderConflictType } from '#contracts/events/order-events.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { KafkaEvidence } from './kafka-evidence.ts';

const orderId = '4f5c1d52-6a2e-5b0c-9a3e-0d5f6f6f1a11';
const line = { productId: 'latte', name: 'Latte', size: 'small', options: [], quantity: 1 };
const order = {
  orderId,
  customerId: 'c1',
  currency: 'USD',
  lines: [{ ...line, unitPriceCents: 400, lineTotalCents: 400 }],
  totalCents: 400,
  placedAt: '2026-01-01T00:00:00.000Z',
};
const command = { ...order, fingerprint: 'f'.repeat(64), menuVersion: 1 };
const commandId = '0c6f8b30-6f0e-4d67-9d5c-0a3b2f5f6f11';
const accepted = {
  ...{ ...order, orderVersion: 1, status: 'accepted', acceptedAt: order.placedAt },
  ...{ commandId, paymentMethod: 'counter' },
};

function message(topic: string, type: string, data: unknown): IncomingMessage {
  const event = { id: 'e1', type, source: '/test', subject: orderId, time: order.placedAt, data };
  const { key, headers, value } = encodeEvent(event, topic, orderId);
  return { topic, key, headers, value: Buffer.from(value), partition: 3, offset: '7', timestampMs: 1_000 };
}

const cart = { cart: '1× latte small', priced: '1× latte small at 400/400', totalCents: 400 };

test('reads commands and accepted events with where they are', () => {
  const evidence = new KafkaEvidence();
  evidence.add(message('orders.v1', placeOrderType, command));
  evidence.add(message('order-events.v1', orderAcceptedType, accepted));
  const common = { orderId, eventId: 'e1', partition: 3, offset: 7, ...cart };
  expect(evidence.commands).toEqual([{ ...common, fingerprint: command.fingerprint, writtenAt: 1_000 }]);
  expect(evidence.accepted).toEqual([{ ...common, orderVersion: 1, acceptedAt: order.placedAt }]);
  expect(evidence.states).toEqual([expect.objectContaining({ status: 'accepted', paid: false, commandId })]);
});

test('reads what moved orders, and what was refused', () => {
  const evidence = new KafkaEvidence();
  const requestedAt = order.placedAt;
  const asked = { orderId, action: 'prepare', actor: 'barista', requestedAt };
  evidence.add(message('orders.v1', 'dev.gocoffee.order.prepare.v1', asked));
  const moved = {
    ...{ orderId, orderVersion: 4, customerId: 'c1', commandId, status: 'preparing', previousStatus: 'paid' },
    ...{ paid: true, refundDue: false, paymentMethod: 'counter', currency: 'USD', totalCents: 400 },
    ...{ action: 'prepare', actor: 'barista', occurredAt: requestedAt },
  };
  evidence.add(message('order-events.v1', 'dev.gocoffee.order.preparing.v1', moved));
  const refused = { orderId, commandId, action: 'cancel', actor: 'customer', code: 'not-allowed' };
  evidence.add(
    message('order-events.v1', 'dev.gocoffee.order.command-refused.v1', {
      ...refused,
      recordedAt: requestedAt,
    }),
  );
  const place = { orderId, eventId: 'e1', partition: 3, offset: 7 };
  expect(evidence.acts).toEqual([{ ...place, action: 'prepare', writtenAt: 1_000 }]);
  expect(evidence.states).toEqual([
    { ...place, orderVersion: 4, commandId, status: 'preparing', paid: true },
  ]);
  expect(evidence.refusals).toEqual([{ orderId, commandId }]);
});

test('reads dead letters by key and code, whatever is in them', () => {
  const evidence = new KafkaEvidence();
  const letter = message('orders.v1.dlq', placeOrderType, 'anything');
  evidence.add({ ...letter, headers: { dlq_error_code: 'invalid-data' } });
  evidence.add({ ...letter, key: undefined, headers: {} });
  expect(evidence.deadLetters).toEqual([
    { orderId, code: 'invalid-data', partition: 3, offset: 7 },
    { orderId: undefined, code: 'without a code', partition: 3, offset: 7 },
  ]);
});

test('passes over what is no place command and no accepted event', () => {
  const evidence = new KafkaEvidence();
  evidence.add(message('orders.v1', 'dev.gocoffee.other', command));
  evidence.add(message('orders.v1', placeOrderType, { orderId }));
  evidence.add({ ...message('orders.v1', placeOrderType, command), headers: {} });
  evidence.add(message('order-events.v1', orderConflictType, accepted));
  evidence.add(message('order-events.v1', orderAcceptedType, {}));
  expect([evidence.commands, evidence.accepted, evidence.deadLetters]).toEqual([[], [], []]);
});
