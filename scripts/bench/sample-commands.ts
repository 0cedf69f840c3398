import { randomBytes, randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { type PlaceOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import { ordersTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { decodeCommand, type OrderCommand } from '../../services/consumer/domain/commands.ts';

/** An order of two lines, as most are. */
function place(): PlaceOrder {
  const line = {
    size: 'medium',
    options: ['oat-milk'],
    quantity: 1,
    unitPriceCents: 510,
    lineTotalCents: 510,
  };
  return {
    orderId: randomUUID(),
    customerId: `customer-${randomBytes(3).toString('hex')}`,
    fingerprint: randomBytes(32).toString('hex'),
    currency: 'USD',
    lines: [
      { productId: 'flat-white', name: 'Flat white', ...line },
      { productId: 'croissant', name: 'Croissant', ...line, size: 'regular', options: [] },
    ],
    totalCents: 1_020,
    menuVersion: 1,
    placedAt: new Date().toISOString(),
    paymentMethod: 'counter',
    paymentWindowMs: 900_000,
  };
}

/** Commands that place orders, as they come from a partition, with a context for each. */
export function placeCommands(count: number) {
  const messages = Array.from({ length: count }, (_, index): IncomingMessage => {
    const data = place();
    const event = { id: randomUUID(), type: placeOrderType, source: '/bench', subject: data.orderId };
    const { key, headers, value } = encodeEvent(
      { ...event, time: data.placedAt, data },
      ordersTopic.name,
      data.orderId,
    );
    return {
      ...{ topic: ordersTopic.name, partition: 0, offset: String(index), key, headers },
      ...{ value: Buffer.from(value), timestampMs: Date.now() },
    };
  });
  return { messages, contexts: new Map(messages.map((message) => [message, ROOT_CONTEXT])) };
}

/** What the consumer does with messages before it applies them. */
export const decoded = (messages: readonly IncomingMessage[]): OrderCommand[] => messages.map(decodeCommand);
