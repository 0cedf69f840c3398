import {
  analyticsMessages,
  identityMessages,
  orderEventMessages,
  placeOrderMessage,
} from '#contracts/messages.ts';
import { orderEventsDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

/** Orders and what became of them in, figures out. */
export const streamsMessaging: Messaging = {
  receives: [placeOrderMessage, ...orderEventMessages, ...identityMessages],
  sends: analyticsMessages,
  buriesIn: [orderEventsDeadLetterTopic],
};
