import { orderRefundDueType, statusEventType } from '#contracts/events/order-events.ts';
import { orderEventMessages, paymentMessages } from '#contracts/messages.ts';
import { orderStatuses } from '#contracts/order-lifecycle.ts';
import { orderEventsDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

const read = new Set([
  orderRefundDueType,
  ...orderStatuses.filter((status) => status !== 'accepted').map(statusEventType),
]);

/** What becomes of orders in, what becomes of their payments out. */
export const web3PaymentMessaging: Messaging = {
  receives: orderEventMessages.filter(({ type }) => read.has(type)),
  sends: paymentMessages,
  buriesIn: [orderEventsDeadLetterTopic],
};
