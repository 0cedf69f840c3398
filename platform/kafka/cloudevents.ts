import type { IncomingMessage, OutgoingMessage } from './messages.ts';

/** A CloudEvents 1.0 event. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface CloudEvent<T> {
  readonly id: string;
  readonly type: string;
  /** Which part of the platform made it, as a path: `/services/consumer`. */
  readonly source: string;
  /** What it is about: the order's id. */
  readonly subject: string;
  readonly time: string;
  readonly data: T;
}

/** The message is no CloudEvent in binary mode, or its data is no JSON. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
}

/**
 * Encodes an event in the Kafka binding's binary mode: attributes as `ce_` headers, data as the value.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function encodeEvent(event: CloudEvent<unknown>, topic: string, key: string): OutgoingMessage {
  return {
    topic,
    key,
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: event.source,
      ce_subject: event.subject,
      ce_time: event.time,
      'content-type': 'application/json',
    },
  };
}

/** @throws MalformedEventError naming what is missing. */
export function decodeEvent(message: IncomingMessage): CloudEvent<unknown> {
  const attribute = (name: string): string => {
    const value = message.headers[`ce_${name}`];
    if (!value) throw new MalformedEventError(`the header ce_${name} is missing`);
    return value;
  };
  if (attribute('specversion') !== '1.0') {
    throw new MalformedEventError(`ce_specversion is "${attribute('specversion')}", not "1.0"`);
  }
  if (!message.value) throw new MalformedEventError('the message has no value');
  let data: unknown;
  try {
    data = JSON.parse(message.value.toString('utf8'));
  } catch (cause) {
    throw new MalformedEventError('the value is not JSON', { cause });
  }
  return {
    id: attribute('id'),
    type: attribute('type'),
    source: attribute('source'),
    subject: attribute('subject'),
    time: attribute('time'),
    data,
  };
}
