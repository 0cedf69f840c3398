import type { KafkaMessage } from 'kafkajs';

/** A message to publish. The key decides the partition, and so the order. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as it came from the broker, with where it came from. */
export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The broker's time of the message, in milliseconds since the epoch. */
  readonly timestampMs: number;
}

/** A message as kafkajs gives it; of a header that stands several times the first one counts. */
export function toIncoming(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name] = first.toString();
  }
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString(),
    value: message.value ?? undefined,
    headers,
    timestampMs: Number(message.timestamp),
  };
}
