import { v5 as uuidv5 } from 'uuid';
import { type ActOnOrder, actionType } from '#contracts/events/order-commands.ts';
import { ordersTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutboxEntry } from '#platform/outbox/outbox.ts';
import { takeOverdueOrders } from '../database/open-orders.ts';
import { orderOutbox } from '../database/outbox.ts';

const mostAtOnce = 500;
// The command may have been buried: it is asked for again.
const againAfterMs = 5 * 60_000;

const commandIdOf = (orderId: string): string => uuidv5('expire', orderId);

/**
 * Asks for the expiry of orders whose payment did not come in time: by a command in orders.v1, through the outbox, so
 * that the order's partition decides whether the payment or the expiry came first (design.md, decision 4).
 *
 * @returns how many were asked for; what waits in the outbox already is not asked for again.
 */
export async function expireOrders(database: Database, requestedAt: string): Promise<number> {
  const asked = await exclusively(database, 'consumer.expiry', async (transaction) => {
    const overdue = await takeOverdueOrders(transaction, mostAtOnce, againAfterMs);
    if (overdue.length === 0) return 0;
    const pending = await orderOutbox.has(transaction, overdue.map(commandIdOf));
    const entries = overdue
      .filter((orderId) => !pending.has(commandIdOf(orderId)))
      .map((orderId) => expiry(orderId, requestedAt));
    await orderOutbox.insert(transaction, entries);
    return entries.length;
  });
  return asked ?? 0;
}

/** The command that lets an order expire, as it stands in the outbox. */
export function expiry(orderId: string, requestedAt: string): OutboxEntry {
  const data: ActOnOrder = { orderId, action: 'expire', actor: 'system', requestedAt };
  const event = {
    id: commandIdOf(orderId),
    type: actionType('expire'),
    source: '/services/consumer',
    subject: orderId,
    time: requestedAt,
    data,
  };
  return { message: encodeEvent(event, ordersTopic.name, orderId), trace: {} };
}
