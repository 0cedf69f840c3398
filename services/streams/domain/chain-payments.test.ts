import { describe, expect, it } from 'vitest';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { delivered, type LifeOfPayment, messagesOf, opening } from '../tests/happenings.ts';
import { chainPayments } from './chain-payments.ts';

const invoiced = { invoicedAfterMs: 5, endedAfterMs: 10, refundedAfterMs: 20 };

/** What is read of the payments of an order of 8.20, by the status that is told. */
function readOf(...payments: readonly LifeOfPayment[]) {
  const life = { orderId: crypto.randomUUID(), placedAt: opening, steps: [], payments };
  const lines = [{ productId: 'latte', quantity: 2, cents: 820 }];
  return messagesOf({ ...life, lines })
    .filter(({ topic }) => topic === chainPayments.topic.name)
    .map((message) => [message.headers.ce_type, chainPayments.read(delivered(message, 0, 0))] as const);
}

it('counts where a payment begins and ends, and not the blocks in between', () => {
  const read = readOf({ ...invoiced, end: 'refunded' });
  const steps = read.flatMap(([, event]) => (event ? [event] : []));
  expect(read).toHaveLength(5);
  expect(steps.map(({ reached, at }) => [reached, at - opening])).toEqual([
    ['invoiced', 10],
    ['settled', 20],
    ['refunded', 40],
  ]);
  expect(steps[1]?.facts).toMatchObject({
    totals: { settled: 1 },
    payments: { USD: { settled: { count: 1, cents: 820 } } },
  });
});

// Guard: an order is in the funnel once, however many payments it has.
it('counts a surplus among the payments, and not as an order that is paid', () => {
  const events = readOf({ ...invoiced, end: 'settled' }, { ...invoiced, end: 'settled' });
  const settled = events.flatMap(([, event]) => (event?.reached === 'settled' ? [event] : []));
  expect(settled.map(({ facts }) => facts.totals)).toEqual([{ settled: 1 }, {}]);
  expect(new Set(settled.map(({ token }) => token)).size).toBe(2);
});

describe('passes over', () => {
  const [opened] = messagesOf({
    ...{ orderId: crypto.randomUUID(), placedAt: opening, lines: [], steps: [] },
    payments: [{ ...invoiced, end: 'open' }],
  })
    .filter(({ topic }) => topic === chainPayments.topic.name)
    .map((message) => delivered(message, 0, 0)) as [IncomingMessage];

  it.each(['{', '{}'])('what the order book buries: %s', (data) => {
    expect(chainPayments.read({ ...opened, value: Buffer.from(data) })).toBeUndefined();
  });

  it('what a later version tells', () => {
    const headers = { ...opened.headers, ce_type: 'dev.gocoffee.payment.disputed.v1' };
    expect(chainPayments.read({ ...opened, headers })).toBeUndefined();
  });
});
