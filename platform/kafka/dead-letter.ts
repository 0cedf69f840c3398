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

/** The message for `<topic>.dlq`: unchanged key, value and headers, plus error and origin as `dlq_` headers. */
export function toDeadLetter(
  message: IncomingMessage,
  error: PoisonMessageError,
  group: string,
): OutgoingMessage {
  return {
    topic: deadLetterName(message.topic),
    // A message without a key still needs a partition: its origin is as good as any.
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
