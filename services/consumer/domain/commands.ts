import { z } from 'zod';
import {
  type ActOnOrder,
  actionType,
  actOnOrder,
  type PlaceOrder,
  placeOrder,
  placeOrderType,
} from '#contracts/events/order-commands.ts';
import { paymentChanged, paymentEventType } from '#contracts/events/payments.ts';
import { type OrderAction, orderActions } from '#contracts/order-lifecycle.ts';
import { paymentsTopic } from '#contracts/topics.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

interface Common {
  readonly message: IncomingMessage;
  /** The CloudEvent's id: the same for a repeat of the same command. */
  readonly id: string;
  readonly orderId: string;
}

export interface PlaceCommand extends Common {
  readonly kind: 'place';
  readonly place: PlaceOrder;
}

export interface ActCommand extends Common {
  readonly kind: 'act';
  readonly act: ActOnOrder;
}

/** A command that can be applied, with the message that it came in. */
export type OrderCommand = PlaceCommand | ActCommand;

// As PostgreSQL writes it: a command must find itself among those of its order, however its id is spelled.
const messageId = z.uuid().transform((id) => id.toLowerCase());

const actionTypes = new Map(orderActions.map((action) => [actionType(action), action]));

/** What the payment of an order does to the order. */
const paymentActions = new Map<string, OrderAction>([
  [paymentEventType('settled'), 'confirm-payment'],
  [paymentEventType('refunded'), 'refund'],
]);

/**
 * Reads a command of orders.v1, or what a message of payments.v1 means for its order.
 *
 * @returns undefined for what becomes of a payment and does nothing to its order.
 * @throws PoisonMessageError when it can never be applied.
 */
export function decodeMessage(message: IncomingMessage): OrderCommand | undefined {
  return message.topic === paymentsTopic.name ? paymentCommand(message) : decodeCommand(message);
}

/** A surplus never concerned the order. The event's id is the command's: a payment settles and is given back once. */
function paymentCommand(message: IncomingMessage): ActCommand | undefined {
  const action = paymentActions.get(message.headers.ce_type ?? '');
  if (!action) return undefined;
  const event = decoded(message);
  const id = messageId.safeParse(event.id);
  if (!id.success) throw new PoisonMessageError('malformed-event', 'the header ce_id is not a UUID');
  const payment = parsed(paymentChanged, event.data);
  if (payment.surplus) return undefined;
  const orderId = keyedBy(message, payment);
  const requestedAt = payment.occurredAt;
  return {
    kind: 'act',
    message,
    id: id.data,
    orderId,
    act: { orderId, action, actor: 'payments', requestedAt },
  };
}

/**
 * Reads a command from a message of orders.v1.
 *
 * @throws PoisonMessageError when it can never be applied.
 */
export function decodeCommand(message: IncomingMessage): OrderCommand {
  const event = decoded(message);
  const action = actionTypes.get(event.type);
  if (event.type !== placeOrderType && !action) {
    throw new PoisonMessageError(
      'unknown-type',
      `the command type "${event.type.slice(0, 200)}" is not known`,
    );
  }
  const id = messageId.safeParse(event.id);
  if (!id.success) throw new PoisonMessageError('malformed-event', 'the header ce_id is not a UUID');
  if (!action) {
    const place = parsed(placeOrder, event.data);
    return { kind: 'place', message, id: id.data, orderId: keyedBy(message, place), place };
  }
  const act = parsed(actOnOrder, event.data);
  if (act.action !== action) {
    throw new PoisonMessageError('invalid-data', `the type says ${action}, the data ${act.action}`);
  }
  return { kind: 'act', message, id: id.data, orderId: keyedBy(message, act), act };
}

function decoded(message: IncomingMessage) {
  try {
    return decodeEvent(message);
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    throw new PoisonMessageError('malformed-event', error.message, { cause: error });
  }
}

function parsed<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new PoisonMessageError('invalid-data', z.prettifyError(result.error));
}

function keyedBy({ key }: IncomingMessage, { orderId }: { readonly orderId: string }): string {
  if (key === orderId && key === key.toLowerCase()) return orderId;
  throw new PoisonMessageError(
    'invalid-data',
    'the message is not keyed by its orderId: its order is not kept',
  );
}
