import { type CloudEvent, decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

/**
 * The event; undefined when it can't be read. For topics whose unreadable messages are of no interest, or are buried by
 * somebody else: they would be among the dead letters twice.
 */
export function readableEvent(message: IncomingMessage): CloudEvent<unknown> | undefined {
  try {
    return decodeEvent(message);
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
