import { placeOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import { ordersTopic } from '#contracts/topics.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { addOrders, addTotal, emptyAggregate } from './aggregate.ts';
import { readableEvent } from './readable-event.ts';
import type { Source, SourceEvent } from './source-event.ts';

/**
 * What was asked for: the beginning of the funnel. What can't be read is of no interest here: it is the order book that
 * buries commands, and it would be among the dead letters twice.
 */
export const placedOrders: Source = { topic: ordersTopic, read };

function read(message: IncomingMessage): SourceEvent | undefined {
  if (message.headers.ce_type !== placeOrderType) return undefined;
  const parsed = placeOrder.safeParse(readableEvent(message)?.data);
  if (!parsed.success) return undefined;
  const { orderId, customerId, placedAt } = parsed.data;
  const facts = emptyAggregate();
  addTotal(facts, 'placed', 1);
  addOrders(facts, customerId, 1);
  // One order may be asked for several times, under the same id (decision 3).
  return { orderId, token: 'placed', at: Date.parse(placedAt), facts };
}
