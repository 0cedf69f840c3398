import { createHash, randomUUID } from 'node:crypto';
import {
  type ActOnOrder,
  actionType,
  type PlaceOrder,
  placeOrderType,
} from '#contracts/events/order-commands.ts';
import { ordersTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';

/** A valid command's data; `note` makes its fingerprint. */
export function placeOrder(change: Partial<PlaceOrder> = {}, note: string = randomUUID()): PlaceOrder {
  const line = { productId: 'latte', name: 'Caffè latte', size: 'small', options: [], quantity: 1 };
  return {
    orderId: randomUUID(),
    customerId: 'customer-1',
    fingerprint: createHash('sha256').update(note).digest('hex'),
    currency: 'USD',
    lines: [{ ...line, unitPriceCents: 410, lineTotalCents: 410 }],
    totalCents: 410,
    menuVersion: 1,
    placedAt: '2026-01-01T08:00:00.000Z',
    paymentMethod: 'counter',
    shopId: 'main',
    paymentWindowMs: 900_000,
    ...change,
  };
}

/** The message that carries it, as the producer sends it. */
export const command = (place: PlaceOrder, id: string = randomUUID()): OutgoingMessage =>
  encodeEvent(
    {
      id,
      type: placeOrderType,
      source: '/services/producer',
      subject: place.orderId,
      time: place.placedAt,
      data: place,
    },
    ordersTopic.name,
    place.orderId,
  );

/** The message that moves an order on. */
export function act(
  orderId: string,
  action: ActOnOrder['action'],
  change: Partial<ActOnOrder> = {},
  id: string = randomUUID(),
): OutgoingMessage {
  const requestedAt = '2026-01-01T08:01:00.000Z';
  const data: ActOnOrder = { orderId, action, actor: 'barista', requestedAt, ...change };
  const event = { id, type: actionType(action), source: '/services/producer', subject: orderId };
  return encodeEvent({ ...event, time: requestedAt, data }, ordersTopic.name, orderId);
}

let offset = 0;

/** The message as it comes from the broker. */
export function messageOf({ topic, key, value, headers }: OutgoingMessage): IncomingMessage {
  offset += 1;
  return {
    topic,
    partition: 0,
    offset: String(offset),
    key,
    value: Buffer.from(value),
    headers,
    timestampMs: Date.UTC(2026, 0, 1),
  };
}
