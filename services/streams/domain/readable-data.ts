import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';

/**
 * The data of an event; undefined when it can't be read. For topics whose unreadable messages are buried by somebody else:
 * they would be among the dead letters twice.
 */
export function readableData(message: IncomingMessage): unknown {
  try {
    return decodeEvent(message).data;
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
