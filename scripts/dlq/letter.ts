import { replayHeader } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

/** A message of a dead letter topic, with what its headers tell of it. */
export interface Letter {
  /** Its name everywhere: topic/partition/offset. */
  readonly position: string;
  readonly message: IncomingMessage;
  /** Why it could not be processed, in one stable word (`DeadLetterCode`), or `unknown` without the header. */
  readonly code: string;
  readonly error: string;
  /** The broker's time of the letter, in milliseconds since the epoch. */
  readonly atMs: number;
  /** topic/partition/offset of the message that could not be processed, as far as the headers tell. */
  readonly origin: string | undefined;
  /** The letter whose replay this message was, when it failed again. */
  readonly replayOf: string | undefined;
}

export function toLetter(message: IncomingMessage): Letter {
  const { headers, topic, partition, offset } = message;
  const { dlq_origin_topic, dlq_origin_partition, dlq_origin_offset } = headers;
  return {
    position: `${topic}/${partition}/${offset}`,
    message,
    code: headers.dlq_error_code ?? 'unknown',
    error: headers.dlq_error_message ?? '',
    atMs: message.timestampMs,
    origin: dlq_origin_topic && `${dlq_origin_topic}/${dlq_origin_partition}/${dlq_origin_offset}`,
    replayOf: headers[replayHeader],
  };
}

/** The order in which letters are listed and replayed: within a partition that of their offsets. */
export function byPosition(a: Letter, b: Letter): number {
  const [left, right] = [a.message, b.message];
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1;
  return left.partition - right.partition || Number(left.offset) - Number(right.offset);
}
