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
const mebibyte = 1024 * 1024;

/** Commands about orders (place, later cancel, confirm, prepare …), keyed by order id. */
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
  ordersDeadLetterTopic,
  deadLetterAuditTopic,
];
