import { z } from 'zod';
import {
  type OrderMoved,
  orderMoved,
  orderRefundDueType,
  statusEventType,
} from '#contracts/events/order-events.ts';
import { orderStatuses } from '#contracts/order-lifecycle.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

/** What happened to an order that is paid on a chain. */
export interface OrderNews {
  readonly message: IncomingMessage;
  readonly event: OrderMoved;
}

// Orders open with an event of another shape; what is to be paid is told by the next one.
const types: ReadonlySet<string> = new Set([
  orderRefundDueType,
  ...orderStatuses.filter((status) => status !== 'accepted').map(statusEventType),
]);

/**
 * Reads a message of order-events.v1.
 *
 * @returns undefined for what is of no interest here.
 * @throws PoisonMessageError when it can never be read.
 */
export function decodeOrderNews(message: IncomingMessage): OrderNews | undefined {
  if (!types.has(message.headers.ce_type ?? '')) return undefined;
  const result = orderMoved.safeParse(dataOf(message));
  if (!result.success) throw new PoisonMessageError('invalid-data', z.prettifyError(result.error));
  return result.data.paymentMethod === 'crypto' ? { message, event: result.data } : undefined;
}

function dataOf(message: IncomingMessage): unknown {
  try {
    return decodeEvent(message).data;
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    throw new PoisonMessageError('malformed-event', error.message, { cause: error });
  }
}
