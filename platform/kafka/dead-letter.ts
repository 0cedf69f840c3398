import { deadLetterName } from '#contracts/topics.ts';
import { messageOf } from '../errors/app-error.ts';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';

/** Why a message can't be processed, in one stable word for filters and metrics. */
export type DeadLetterCode =
  | 'malformed-event'
  | 'unknown-type'
  | 'invalid-data'
  | 'rejected-by-database'
  | 'failed';

/** The message can't be processed, however often it is tried. */
export class PoisonMessageError extends Error {
  override readonly name = 'PoisonMessageError';
  readonly code: DeadLetterCode;

  constructor(code: DeadLetterCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells of a replayed message which dead letter it came from, as topic/partition/offset. */
export const replayHeader = 'replay_of';

const ownPrefix = 'dlq_';

/** The message for `<topic>.dlq`: unchanged key, value and headers, plus error and origin as `dlq_` headers. */
export function toDeadLetter(
  message: IncomingMessage,
  error: PoisonMessageError,
  group: string,
): OutgoingMessage {
  return {
    topic: deadLetterName(message.topic),
    // A message without a key still needs a partition: its origin is as good as any (and fromDeadLetter knows it).
    key: message.key ?? `${message.partition}-${message.offset}`,
    value: message.value ?? '',
    headers: {
      ...message.headers,
      dlq_error_code: error.code,
      dlq_error_message: messageOf(error).slice(0, 1_000),
      dlq_origin_topic: message.topic,
      dlq_origin_partition: String(message.partition),
      dlq_origin_offset: message.offset,
      dlq_origin_timestamp: new Date(message.timestampMs).toISOString(),
      dlq_group: group,
      dlq_failed_at: new Date().toISOString(),
    },
  };
}

/** The dead letter does not say where it came from, or not credibly. */
export class NotReplayableError extends Error {
  override readonly name = 'NotReplayableError';
}

/** What is published when a dead letter is replayed; a message that had no key has none again. */
export interface ReplayMessage extends Omit<OutgoingMessage, 'key' | 'value'> {
  readonly key: string | null;
  readonly value: Buffer;
}

/**
 * The message that a dead letter was made from: the same key, value and headers, with one more that says that it is a
 * replay. Its `ce_id` is the same, so that an inbox which has it drops it.
 *
 * @throws NotReplayableError when the origin is missing or is no topic whose dead letters these are
 */
export function fromDeadLetter(letter: IncomingMessage): ReplayMessage {
  const { dlq_origin_topic: topic, dlq_origin_partition, dlq_origin_offset } = letter.headers;
  if (!topic) throw new NotReplayableError('the header dlq_origin_topic is missing');
  // A header decides where we publish to: only ever back to where these dead letters come from.
  if (deadLetterName(topic) !== letter.topic) {
    throw new NotReplayableError(
      `${letter.topic} does not hold the dead letters of "${topic.slice(0, 200)}"`,
    );
  }
  const headers = Object.entries(letter.headers).filter(([name]) => !name.startsWith(ownPrefix));
  const substitute = `${dlq_origin_partition}-${dlq_origin_offset}`;
  return {
    topic,
    key: letter.key === undefined || letter.key === substitute ? null : letter.key,
    value: letter.value ?? Buffer.alloc(0),
    headers: {
      ...Object.fromEntries(headers),
      [replayHeader]: `${letter.topic}/${letter.partition}/${letter.offset}`,
    },
  };
}
