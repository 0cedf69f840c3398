import type { z } from 'zod';
import { type Anomaly, anomaly, anomalyType } from '#contracts/events/analytics.ts';
import {
  type OrderAccepted,
  orderAccepted,
  orderAcceptedType,
  orderMoved,
  statusEventType,
} from '#contracts/events/order-events.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

export type SourceEvent =
  | { readonly kind: 'accepted'; readonly order: OrderAccepted }
  | { readonly kind: 'preparing'; readonly orderId: string }
  | { readonly kind: 'anomaly'; readonly id: string; readonly anomaly: Anomaly }
  /** Nothing that anybody here acts on. */
  | { readonly kind: 'other' };

export interface SourceMessage {
  readonly message: IncomingMessage;
  readonly event: SourceEvent;
}

/** @throws PoisonMessageError for what can never be read. */
export function readSource(message: IncomingMessage): SourceMessage {
  try {
    const { id, type, data } = decodeEvent(message);
    return { message, event: eventOf(id, type, data) };
  } catch (error) {
    if (error instanceof MalformedEventError)
      throw new PoisonMessageError('malformed-event', error.message, { cause: error });
    throw error;
  }
}

function eventOf(id: string, type: string, data: unknown): SourceEvent {
  switch (type) {
    case orderAcceptedType:
      return { kind: 'accepted', order: valid(orderAccepted, type, data) };
    case statusEventType('preparing'): {
      const { orderId } = valid(orderMoved, type, data);
      return { kind: 'preparing', orderId };
    }
    case anomalyType:
      return { kind: 'anomaly', id, anomaly: valid(anomaly, type, data) };
    default:
      return { kind: 'other' };
  }
}

function valid<T>(schema: z.ZodType<T>, type: string, data: unknown): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PoisonMessageError('invalid-data', `${type}: ${issue?.path.join('.')} ${issue?.message}`);
}
