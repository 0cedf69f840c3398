import { expect, it } from 'vitest';
import { anomalyMessage, delivered, eventsOf, latte } from '../tests/source-messages.ts';
import { readSource } from './source-event.ts';

const orderId = 'a2c5a7a0-7d6c-4f6e-9f39-0d1c5bb4f0a1';
const [accepted, preparing] = eventsOf(orderId, 'ada', [latte(1)]);

it('reads what is acted on', () => {
  expect(readSource(delivered(accepted)).event).toMatchObject({ kind: 'accepted', order: { orderId } });
  expect(readSource(delivered(preparing)).event).toEqual({ kind: 'preparing', orderId });
  expect(readSource(delivered(anomalyMessage())).event).toMatchObject({ kind: 'anomaly' });
});

it('passes over what nobody acts on', () => {
  const headers = { ...accepted.headers, ce_type: 'dev.gocoffee.order.paid.v1' };
  expect(readSource(delivered({ ...accepted, headers })).event).toEqual({ kind: 'other' });
});

it.each([
  ['malformed-event', { ...accepted, value: 'no JSON' }],
  ['invalid-data', { ...accepted, value: '{}' }],
  ['invalid-data', { ...preparing, value: '{"orderId":"none"}' }],
])('refuses what can never be read: %s', (code, message) => {
  expect(() => readSource(delivered(message))).toThrow(expect.objectContaining({ code }));
});
