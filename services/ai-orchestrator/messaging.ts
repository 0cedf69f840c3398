import { anomalyType } from '#contracts/events/analytics.ts';
import { orderAcceptedType, statusEventType } from '#contracts/events/order-events.ts';
import { aiTaskMessages, analyticsMessages, orderEventMessages } from '#contracts/messages.ts';
import { analyticsDeadLetterTopic, orderEventsDeadLetterTopic } from '#contracts/topics.ts';
import type { Messaging } from '#platform/kafka/asyncapi.ts';

const read: ReadonlySet<string> = new Set([orderAcceptedType, statusEventType('preparing'), anomalyType]);

/** Orders and anomalies in, what agents have done out. */
export const aiMessaging: Messaging = {
  receives: [...orderEventMessages, ...analyticsMessages].filter(({ type }) => read.has(type)),
  sends: aiTaskMessages,
  buriesIn: [orderEventsDeadLetterTopic, analyticsDeadLetterTopic],
};
