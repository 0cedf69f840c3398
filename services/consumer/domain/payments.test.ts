import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type PaymentChanged, paymentEventType } from '#contracts/events/payments.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import { messageOf } from '../tests/commands.ts';
import { decodeMessage } from './commands.ts';

const at = '2026-03-01T08:01:00.000Z';

function payment(change: Partial<PaymentChanged> = {}, key?: string) {
  const data: PaymentChanged = {
    paymentId: randomUUID(),
    paymentVersion: 3,
    orderId: randomUUID(),
    customerId: 'ada',
    status: 'settled',
    surplus: false,
    currency: 'USD',
    totalCents: 450,
    chain: 'local',
    chainId: 31_337,
    token: 'USDC',
    amount: '4500000',
    occurredAt: at,
    ...change,
  };
  const type = paymentEventType(data.status);
  const event = { id: randomUUID(), type, source: '/tests', subject: data.orderId, time: at, data };
  return messageOf(encodeEvent(event, 'payments.v1', key ?? data.orderId));
}

it.each([
  ['settled', 'confirm-payment'],
  ['refunded', 'refund'],
] as const)('takes a payment that is %s for the command %s of the payments', (status, action) => {
  const message = payment({ status });
  expect(decodeMessage(message)).toMatchObject({
    kind: 'act',
    id: message.headers.ce_id,
    orderId: message.key,
    act: { action, actor: 'payments', requestedAt: at },
  });
});

describe('does nothing to an order', () => {
  it.each(['open', 'pending', 'refunding', 'cancelled', 'expired'] as const)(
    'when a payment is %s',
    (status) => {
      expect(decodeMessage(payment({ status }))).toBeUndefined();
    },
  );

  it.each(['settled', 'refunded'] as const)('when a surplus is %s', (status) => {
    expect(decodeMessage(payment({ status, surplus: true }))).toBeUndefined();
  });
});

it('buries what it cannot read, and what is not keyed by its order', () => {
  expect(() => decodeMessage(payment({ paymentVersion: 0 }))).toThrow(
    expect.objectContaining({ code: 'invalid-data' }),
  );
  expect(() => decodeMessage(payment({}, randomUUID()))).toThrow(
    expect.objectContaining({ code: 'invalid-data' }),
  );
});
