import { describe, expect, it } from 'vitest';
import { fromDeadLetter, NotReplayableError, PoisonMessageError, toDeadLetter } from './dead-letter.ts';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';

const message: IncomingMessage = {
  topic: 'orders.v1',
  partition: 3,
  offset: '42',
  key: 'an-order',
  value: Buffer.from([0xff, 0x00, 0x7b]),
  headers: { ce_id: 'x', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  timestampMs: Date.UTC(2026, 0, 1),
};

it('keeps key, value and headers as they are and adds error and origin', () => {
  const letter = toDeadLetter(message, new PoisonMessageError('invalid-data', 'no lines'), 'consumer');
  expect(letter).toMatchObject({ topic: 'orders.v1.dlq', key: 'an-order', value: message.value });
  expect(letter.headers).toMatchObject({
    ...message.headers,
    dlq_error_code: 'invalid-data',
    dlq_error_message: 'no lines',
    dlq_origin_topic: 'orders.v1',
    dlq_origin_partition: '3',
    dlq_origin_offset: '42',
    dlq_origin_timestamp: '2026-01-01T00:00:00.000Z',
    dlq_group: 'consumer',
  });
});

it('finds a partition for a message without key and value', () => {
  const empty = { ...message, key: undefined, value: undefined };
  expect(toDeadLetter(empty, new PoisonMessageError('malformed-event', 'x'), 'consumer')).toMatchObject({
    key: '3-42',
    value: '',
  });
});

it('shortens messages of any length', () => {
  const letter = toDeadLetter(message, new PoisonMessageError('invalid-data', 'x'.repeat(5_000)), 'consumer');
  expect(letter.headers.dlq_error_message).toHaveLength(1_000);
});

describe('the way back', () => {
  const error = new PoisonMessageError('invalid-data', 'no lines');
  const received = (letter: OutgoingMessage): IncomingMessage => ({
    ...letter,
    value: Buffer.from(letter.value),
    partition: 7,
    offset: '9',
    timestampMs: 0,
  });

  it('is the original message, marked as a replay', () => {
    expect(fromDeadLetter(received(toDeadLetter(message, error, 'consumer')))).toEqual({
      topic: 'orders.v1',
      key: message.key,
      value: message.value,
      headers: { ...message.headers, replay_of: 'orders.v1.dlq/7/9' },
    });
  });

  it('has no key when there was none', () => {
    const letter = received(toDeadLetter({ ...message, key: undefined }, error, 'consumer'));
    expect(fromDeadLetter(letter).key).toBeNull();
  });

  it.each([undefined, 'payments.v1'])('does not lead to the origin %s', (origin) => {
    const letter = received(toDeadLetter(message, error, 'consumer'));
    const { dlq_origin_topic: _, ...headers } = letter.headers;
    const forged = origin === undefined ? headers : { ...headers, dlq_origin_topic: origin };
    expect(() => fromDeadLetter({ ...letter, headers: forged })).toThrow(NotReplayableError);
  });
});
