/**
 * The topics that cross a process boundary. Partition counts are final from the first day: a key's order depends on
 * them (design.md, decision 6).
 */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  /** How long the broker keeps messages, in milliseconds; -1 keeps them for ever. */
  readonly retentionMs: number;
  /** The largest message that the broker takes, in bytes. */
  readonly maxMessageBytes: number;
}

const day = 24 * 60 * 60 * 1000;
/** How much longer than told a broker may keep a message, in milliseconds: it removes whole segments. */
export const segmentMs = day;
const mebibyte = 1024 * 1024;

/**
 * Commands about orders (place, cancel, confirm-payment, prepare …), keyed by order id: from the producer, and `expire`
 * from the order book's own outbox.
 */
export const ordersTopic: TopicDefinition = {
  name: 'orders.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** What happened to orders, from the consumer's outbox, keyed by order id. */
export const orderEventsTopic: TopicDefinition = {
  name: 'order-events.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** Name of the topic that takes the messages of `topic` that can't be processed. */
export const deadLetterName = (topic: string): string => `${topic}.dlq`;

/** Commands that can't be processed, with error and origin in their headers. */
export const ordersDeadLetterTopic: TopicDefinition = {
  name: deadLetterName(ordersTopic.name),
  partitions: 12,
  retentionMs: 30 * day,
  // Whatever came in must fit, unpacked and with the headers that tell of the error.
  maxMessageBytes: 10 * mebibyte,
};

/** Events of orders that can't be read, likewise. */
export const orderEventsDeadLetterTopic: TopicDefinition = {
  ...ordersDeadLetterTopic,
  name: deadLetterName(orderEventsTopic.name),
};

/** What the streams service finds out: closed windows keyed by their kind, what came too late keyed by its order. */
export const analyticsTopic: TopicDefinition = {
  name: 'analytics.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** Who was not let in, and whose session was ended: from the producer, keyed by pseudonym or account. */
export const identityEventsTopic: TopicDefinition = {
  name: 'identity-events.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** What becomes of payments on chains, from the outbox of web3-payment, keyed by order id. */
export const paymentsTopic: TopicDefinition = {
  name: 'payments.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** Events of payments that can't be read. */
export const paymentsDeadLetterTopic: TopicDefinition = {
  ...ordersDeadLetterTopic,
  name: deadLetterName(paymentsTopic.name),
};

/** Figures that can't be read, likewise. */
export const analyticsDeadLetterTopic: TopicDefinition = {
  ...ordersDeadLetterTopic,
  name: deadLetterName(analyticsTopic.name),
};

/** What agents have done, from the outbox of the AI orchestrator, keyed by the workflow's run. */
export const aiTasksTopic: TopicDefinition = {
  name: 'ai-tasks.v1',
  partitions: 12,
  retentionMs: 7 * day,
  maxMessageBytes: mebibyte,
};

/** Whether a topic's name is that of a dead letter topic. */
export const isDeadLetterName = (topic: string): boolean => topic.endsWith('.dlq');

/** What operators did to dead letters (`./coffee dlq`), keyed by topic/partition/offset; kept for ever. */
export const deadLetterAuditTopic: TopicDefinition = {
  name: 'dead-letter-audit.v1',
  partitions: 1,
  retentionMs: -1,
  maxMessageBytes: mebibyte,
};

export const topics: readonly TopicDefinition[] = [
  ordersTopic,
  orderEventsTopic,
  analyticsTopic,
  identityEventsTopic,
  paymentsTopic,
  ordersDeadLetterTopic,
  orderEventsDeadLetterTopic,
  analyticsDeadLetterTopic,
  aiTasksTopic,
  paymentsDeadLetterTopic,
  deadLetterAuditTopic,
];
