import { randomUUID } from 'node:crypto';
import { type Anomaly, anomalyType } from '#contracts/events/analytics.ts';
import { orderAcceptedType, statusEventType } from '#contracts/events/order-events.ts';
import type { PricedLine } from '#contracts/events/order-line.ts';
import { analyticsTopic, orderEventsTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';

const at = '2026-03-01T08:00:00.000Z';

export const latte = (quantity: number): PricedLine => ({
  productId: 'latte',
  name: 'Caffè latte',
  size: 'medium',
  options: [],
  quantity,
  unitPriceCents: 470,
  lineTotalCents: 470 * quantity,
});

/** The events of an order up to its preparation, as the order book tells them. */
export function eventsOf(
  orderId: string,
  customerId: string,
  lines: readonly PricedLine[],
): readonly [accepted: OutgoingMessage, preparing: OutgoingMessage] {
  const totalCents = lines.reduce((sum, { lineTotalCents }) => sum + lineTotalCents, 0);
  const common = { orderId, customerId, paymentMethod: 'counter', currency: 'USD', totalCents };
  const event = (type: string, data: object) =>
    encodeEvent(
      { id: randomUUID(), type, source: '/services/consumer', subject: orderId, time: at, data },
      orderEventsTopic.name,
      orderId,
    );
  return [
    event(orderAcceptedType, {
      ...common,
      orderVersion: 1,
      status: 'accepted',
      lines,
      placedAt: at,
      acceptedAt: at,
    }),
    event(statusEventType('preparing'), {
      ...common,
      orderVersion: 4,
      status: 'preparing',
      previousStatus: 'paid',
      paid: true,
      refundDue: false,
      action: 'prepare',
      actor: 'barista',
      occurredAt: at,
    }),
  ];
}

export function anomalyMessage(more: Partial<Anomaly> = {}): OutgoingMessage {
  const data: Anomaly = {
    kind: 'burst',
    subject: 'orders',
    startsAt: at,
    endsAt: '2026-03-01T08:00:10.000Z',
    observed: 80,
    threshold: 50,
    ...more,
  };
  const event = { id: randomUUID(), type: anomalyType, source: '/services/streams', subject: data.subject };
  return encodeEvent({ ...event, time: at, data }, analyticsTopic.name, data.kind);
}

/** As a partition delivers it. */
export const delivered = (message: OutgoingMessage, offset = 0): IncomingMessage => ({
  topic: message.topic,
  partition: 0,
  offset: String(offset),
  key: message.key,
  value: Buffer.from(message.value),
  headers: message.headers,
  timestampMs: Date.parse(at),
});
