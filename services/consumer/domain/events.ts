import { v5 as uuidv5 } from 'uuid';
import type { PlaceOrder } from '#contracts/events/order-commands.ts';
import {
  type OrderAccepted,
  type OrderConflict,
  orderAcceptedType,
  orderConflictType,
} from '#contracts/events/order-events.ts';
import type { CloudEvent } from '#platform/kafka/cloudevents.ts';

const source = '/services/consumer';

/** The event ids are made from what they tell of, so that the same effect can't be told under two ids. */
export function orderAcceptedEvent(place: PlaceOrder, acceptedAt: string): CloudEvent<OrderAccepted> {
  return {
    id: uuidv5('accepted:1', place.orderId),
    type: orderAcceptedType,
    source,
    subject: place.orderId,
    time: acceptedAt,
    data: {
      orderId: place.orderId,
      orderVersion: 1,
      customerId: place.customerId,
      status: 'accepted',
      currency: place.currency,
      lines: place.lines,
      totalCents: place.totalCents,
      placedAt: place.placedAt,
      acceptedAt,
    },
  };
}

/** What is known of the order that holds the key. */
export interface KnownOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly fingerprint: string;
  readonly version: number;
}

export function orderConflictEvent(
  commandId: string,
  place: PlaceOrder,
  known: KnownOrder,
  recordedAt: string,
): CloudEvent<OrderConflict> {
  return {
    id: uuidv5(`conflict:${commandId}`, place.orderId),
    type: orderConflictType,
    source,
    subject: place.orderId,
    time: recordedAt,
    data: {
      orderId: place.orderId,
      orderVersion: known.version,
      customerId: known.customerId,
      fingerprint: known.fingerprint,
      conflictingFingerprint: place.fingerprint,
      recordedAt,
    },
  };
}
