import { actionType } from '#contracts/events/order-commands.ts';
import { paymentEventType } from '#contracts/events/payments.ts';
import {
  actionMessages,
  orderEventMessages,
  paymentMessages,
  placeOrderMessage,
} from '#contracts/messages.ts';
import { ordersDeadLetterTopic, paymentsDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

/** Of payments, what moves an order on. */
const decisive = new Set([paymentEventType('settled'), paymentEventType('refunded')]);

/** Commands and payments in, events out; the one command that it gives itself is the expiry of what was not paid in time. */
export const consumerMessaging: Messaging = {
  receives: [
    placeOrderMessage,
    ...actionMessages,
    ...paymentMessages.filter(({ type }) => decisive.has(type)),
  ],
  sends: [...orderEventMessages, ...actionMessages.filter(({ type }) => type === actionType('expire'))],
  buriesIn: [ordersDeadLetterTopic, paymentsDeadLetterTopic],
};
