import { z } from 'zod';
import { type PlaceOrder, placeOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import { PoisonMessageError } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

/** A command that can be applied, with the message that it came in. */
export interface OrderCommand {
  readonly message: IncomingMessage;
  /** The CloudEvent's id: the same for a repeat of the same command. */
  readonly id: string;
  readonly place: PlaceOrder;
}

// As PostgreSQL writes it: a message must find itself in the inbox, however its id is spelled.
const messageId = z.uuid().transform((id) => id.toLowerCase());

/**
 * Reads a command from a message of orders.v1.
 *
 * @throws PoisonMessageError when it can never be applied.
 */
export function decodeCommand(message: IncomingMessage): OrderCommand {
  try {
    const event = decodeEvent(message);
    if (event.type !== placeOrderType) {
      throw new PoisonMessageError(
        'unknown-type',
        `the command type "${event.type.slice(0, 200)}" is not known`,
      );
    }
    const id = messageId.safeParse(event.id);
    if (!id.success) throw new PoisonMessageError('malformed-event', 'the header ce_id is not a UUID');
    const data = placeOrder.safeParse(event.data);
    if (!data.success) throw new PoisonMessageError('invalid-data', z.prettifyError(data.error));
    if (message.key !== data.data.orderId || message.key !== message.key.toLowerCase()) {
      throw new PoisonMessageError(
        'invalid-data',
        'the message is not keyed by its orderId: its order is not kept',
      );
    }
    return { message, id: id.data, place: data.data };
  } catch (error) {
    if (error instanceof MalformedEventError) {
      throw new PoisonMessageError('malformed-event', error.message, { cause: error });
    }
    throw error;
  }
}
