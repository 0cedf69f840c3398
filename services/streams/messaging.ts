import {
  analyticsMessages,
  identityMessages,
  orderEventMessages,
  paymentMessages,
  placeOrderMessage,
} from '#contracts/messages.ts';
import { orderEventsDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

/** Orders, what became of them and of their payments in, figures out. */
export const streamsMessaging: Messaging = {
  receives: [placeOrderMessage, ...orderEventMessages, ...paymentMessages, ...identityMessages],
  sends: analyticsMessages,
  buriesIn: [orderEventsDeadLetterTopic],
};
