import { v5 as uuidv5 } from 'uuid';
import type { ActOnOrder, PlaceOrder } from '#contracts/events/order-commands.ts';
import {
  type CommandRefused,
  commandRefusedType,
  type OrderAccepted,
  type OrderConflict,
  type OrderMoved,
  orderAcceptedType,
  orderConflictType,
  orderRefundDueType,
  type RefusalCode,
  statusEventType,
} from '#contracts/events/order-events.ts';
import { isRefundDue } from '#contracts/order-lifecycle.ts';
import type { CloudEvent } from '#platform/kafka/cloudevents.ts';
import type { OrderRecord } from './order.ts';

const source = '/services/consumer';

/** The event ids are made from what they tell of, so that the same effect can't be told under two ids. */
const eventOf = <T extends { readonly orderId: string }>(
  name: string,
  type: string,
  time: string,
  data: T,
): CloudEvent<T> => ({ id: uuidv5(name, data.orderId), type, source, subject: data.orderId, time, data });

export const orderAcceptedEvent = (
  place: PlaceOrder,
  commandId: string,
  acceptedAt: string,
): CloudEvent<OrderAccepted> =>
  eventOf('accepted:1', orderAcceptedType, acceptedAt, {
    orderId: place.orderId,
    orderVersion: 1,
    customerId: place.customerId,
    commandId,
    status: 'accepted',
    currency: place.currency,
    lines: place.lines,
    totalCents: place.totalCents,
    paymentMethod: place.paymentMethod,
    shopId: place.shopId,
    placedAt: place.placedAt,
    acceptedAt,
  });

export function orderMovedEvent(
  before: OrderRecord,
  after: OrderRecord,
  { action, actor, reason }: Pick<ActOnOrder, 'action' | 'actor' | 'reason'>,
  commandId: string,
  occurredAt: string,
): CloudEvent<OrderMoved> {
  const type = after.status === before.status ? orderRefundDueType : statusEventType(after.status);
  return eventOf(`moved:${after.version}`, type, occurredAt, {
    orderId: after.orderId,
    orderVersion: after.version,
    customerId: after.customerId,
    commandId,
    status: after.status,
    previousStatus: before.status,
    paid: after.paid,
    refundDue: isRefundDue(after),
    paymentMethod: after.paymentMethod,
    currency: after.currency,
    totalCents: after.totalCents,
    action,
    actor,
    ...(reason === undefined ? {} : { reason }),
    occurredAt,
  });
}

export const orderConflictEvent = (
  commandId: string,
  place: PlaceOrder,
  known: OrderRecord,
  recordedAt: string,
): CloudEvent<OrderConflict> =>
  eventOf(`conflict:${commandId}`, orderConflictType, recordedAt, {
    orderId: place.orderId,
    orderVersion: known.version,
    customerId: known.customerId,
    commandId,
    fingerprint: known.fingerprint,
    conflictingFingerprint: place.fingerprint,
    recordedAt,
  });

export const commandRefusedEvent = (
  commandId: string,
  { orderId, action, actor }: ActOnOrder,
  code: RefusalCode,
  order: OrderRecord | undefined,
  recordedAt: string,
): CloudEvent<CommandRefused> =>
  eventOf(`refused:${commandId}`, commandRefusedType, recordedAt, {
    orderId,
    commandId,
    action,
    actor,
    code,
    ...(order ? { status: order.status, orderVersion: order.version } : {}),
    recordedAt,
  });
