import { z } from 'zod';
import {
  type OrderAccepted,
  type OrderMoved,
  orderAccepted,
  orderAcceptedType,
  orderMoved,
  orderRefundDueType,
  statusEventType,
} from '#contracts/events/order-events.ts';
import { orderStatuses } from '#contracts/order-lifecycle.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { addDuration, addSales, addShopSales, addTotal, emptyAggregate } from './aggregate.ts';
import type { Source, SourceEvent } from './source-event.ts';

/** What happened to orders. Conflicts and refused commands change none: they are of no interest here. */
export const orderEvents: Source = { topic: orderEventsTopic, read };

const movedTypes: ReadonlySet<string> = new Set([
  orderRefundDueType,
  ...orderStatuses.map(statusEventType).filter((type) => type !== orderAcceptedType),
]);

function read(message: IncomingMessage): SourceEvent | undefined {
  const { ce_type: type = '' } = message.headers;
  if (type === orderAcceptedType) return accepted(parsed(orderAccepted, message));
  if (movedTypes.has(type)) return moved(parsed(orderMoved, message));
  return undefined;
}

function accepted({
  orderId,
  orderVersion,
  shopId,
  lines,
  placedAt,
  acceptedAt,
}: OrderAccepted): SourceEvent {
  const facts = emptyAggregate();
  addTotal(facts, 'accepted', 1);
  for (const { productId, quantity, lineTotalCents } of lines) {
    addTotal(facts, 'items', quantity);
    addSales(facts, productId, { quantity, cents: lineTotalCents });
    addShopSales(facts, shopId, productId, { quantity, cents: lineTotalCents });
  }
  const at = Date.parse(acceptedAt);
  addDuration(facts, 'acceptance', at - Date.parse(placedAt));
  return { orderId, token: String(orderVersion), at, reached: 'accepted', facts };
}

function moved(event: OrderMoved): SourceEvent {
  const { orderId, orderVersion, status, previousStatus, action, totalCents } = event;
  const facts = emptyAggregate();
  if (status !== previousStatus && status !== 'accepted') addTotal(facts, status, 1);
  if (action === 'confirm-payment') addTotal(facts, 'revenueCents', totalCents);
  if (action === 'refund') addTotal(facts, 'refundedCents', totalCents);
  const at = Date.parse(event.occurredAt);
  const common = { orderId, token: String(orderVersion), at, facts };
  return status === previousStatus ? common : { ...common, reached: status };
}

function parsed<S extends z.ZodType>(schema: S, message: IncomingMessage): z.output<S> {
  const result = schema.safeParse(dataOf(message));
  if (result.success) return result.data;
  throw new PoisonMessageError('invalid-data', z.prettifyError(result.error));
}

function dataOf(message: IncomingMessage): unknown {
  try {
    return decodeEvent(message).data;
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    throw new PoisonMessageError('malformed-event', error.message, { cause: error });
  }
}
