import { actionType } from '#contracts/events/order-commands.ts';
import { actionMessages, orderEventMessages, placeOrderMessage } from '#contracts/messages.ts';
import { ordersDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

/** Commands in, events out; the one command that it gives itself is the expiry of what was not paid in time. */
export const consumerMessaging: Messaging = {
  receives: [placeOrderMessage, ...actionMessages],
  sends: [...orderEventMessages, ...actionMessages.filter(({ type }) => type === actionType('expire'))],
  buriesIn: [ordersDeadLetterTopic],
};
