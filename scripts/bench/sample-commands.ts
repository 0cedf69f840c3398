import { randomBytes, randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type ActOnOrder,
  actionType,
  type PlaceOrder,
  placeOrderType,
} from '#contracts/events/order-commands.ts';
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
    shopId: 'main',
    paymentWindowMs: 900_000,
  };
}

/** Commands that place orders, as they come from a partition, with a context for each. */
export const placeCommands = (count: number) =>
  batchOf(
    Array.from({ length: count }, place).map((data) => ({ type: placeOrderType, time: data.placedAt, data })),
  );

/** Commands of a barista that take these orders one step on, as they come from a partition. */
export function actCommands(orderIds: readonly string[], action: ActOnOrder['action']) {
  const requestedAt = new Date().toISOString();
  return batchOf(
    orderIds.map((orderId) => {
      const data: ActOnOrder = { orderId, action, actor: 'barista', requestedAt };
      return { type: actionType(action), time: requestedAt, data };
    }),
  );
}

interface Command {
  readonly type: string;
  readonly time: string;
  readonly data: PlaceOrder | ActOnOrder;
}

function batchOf(commands: readonly Command[]) {
  const messages = commands.map(({ type, time, data }, index): IncomingMessage => {
    const { orderId } = data;
    const event = { id: randomUUID(), type, source: '/bench', subject: orderId, time, data };
    const { key, headers, value } = encodeEvent(event, ordersTopic.name, orderId);
    return {
      ...{ topic: ordersTopic.name, partition: 0, offset: String(index), key, headers },
      ...{ value: Buffer.from(value), timestampMs: Date.now() },
    };
  });
  return { messages, contexts: new Map(messages.map((message) => [message, ROOT_CONTEXT])) };
}

/** What the consumer does with messages before it applies them. */
export const decoded = (messages: readonly IncomingMessage[]): OrderCommand[] => messages.map(decodeCommand);
