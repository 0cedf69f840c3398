import { expect, it } from 'vitest';
import { type CloudEvent, decodeEvent, encodeEvent, MalformedEventError } from './cloudevents.ts';
import type { IncomingMessage } from './messages.ts';

const event: CloudEvent<unknown> = {
  id: '4b3f0d3e-7b0a-4c55-9d0a-5f1c9a1f8c11',
  type: 'dev.gocoffee.order.place.v1',
  source: '/services/producer',
  subject: 'an-order',
  time: '2026-01-01T00:00:00.000Z',
  data: { name: 'Café ☕' },
};

const received = (change: Partial<IncomingMessage> = {}): IncomingMessage => {
  const { key, value, headers, topic } = encodeEvent(event, 'orders.v1', 'an-order');
  return {
    topic,
    partition: 0,
    offset: '7',
    key,
    value: Buffer.from(value),
    headers,
    timestampMs: 0,
    ...change,
  };
};

it('encodes attributes as ce_ headers and data as the value, as the binding says', () => {
  const message = encodeEvent(event, 'orders.v1', 'an-order');
  expect(message).toMatchObject({ topic: 'orders.v1', key: 'an-order', value: '{"name":"Café ☕"}' });
  expect(message.headers).toEqual({
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.subject,
    ce_time: event.time,
    'content-type': 'application/json',
  });
});

it('gives back what was encoded', () => {
  expect(decodeEvent(received())).toEqual(event);
});

it.each(['specversion', 'id', 'type', 'source', 'subject', 'time'])(
  'names the missing attribute %s',
  (name) => {
    const { [`ce_${name}`]: _left, ...headers } = received().headers;
    expect(() => decodeEvent(received({ headers }))).toThrow(
      new MalformedEventError(`the header ce_${name} is missing`),
    );
  },
);

it('refuses another version of the specification', () => {
  const headers = { ...received().headers, ce_specversion: '0.3' };
  expect(() => decodeEvent(received({ headers }))).toThrow('ce_specversion is "0.3", not "1.0"');
});

it('refuses a message without a value and one that is not JSON', () => {
  expect(() => decodeEvent(received({ value: undefined }))).toThrow('the message has no value');
  expect(() => decodeEvent(received({ value: Buffer.from('{"half":') }))).toThrow('the value is not JSON');
});
