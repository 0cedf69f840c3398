import { expect, test } from 'vitest';
import type { Category, ChainPayment, PaymentRow } from './evidence.ts';
import { type Break, judged, now, old, recent } from './sample-evidence.ts';

const settled: PaymentRow = {
  paymentId: 'payment-1',
  orderId: 'order-1',
  chain: 'local',
  status: 'settled',
  surplus: false,
  settledAt: old,
  refundedAt: undefined,
  updatedAt: old,
};
const onChain = (state: ChainPayment['state'], chain = 'local'): ChainPayment => ({
  orderId: 'order-1',
  chain,
  state,
});

/** An order that was paid on a chain and served. */
const byCrypto: Break = (e) => {
  Object.assign(e.orders[0] ?? {}, { paymentMethod: 'crypto' });
  e.payments.push({ ...settled });
  e.chainPayments.push(onChain('paid'));
};
/** The same, waiting for its payment since a while. */
const waiting: Break = (e) => {
  byCrypto(e);
  e.states.splice(2);
  Object.assign(e.orders[0] ?? {}, {
    status: 'awaiting-payment',
    paid: false,
    version: 2,
    paymentDueAt: now + 1,
  });
};
const set =
  (change: Partial<PaymentRow>, state: ChainPayment['state'] = 'paid'): Break =>
  (e) => {
    Object.assign(e.payments[0] ?? {}, change);
    e.chainPayments.splice(0, 1, onChain(state));
  };

test('finds nothing about an order that was paid once and served', () => {
  expect(judged(byCrypto).found).toEqual([]);
});

const broken: [string, Category, RegExp, Break][] = [
  [
    'paid by crypto without a payment on a chain',
    'served unpaid',
    /no chain has the payment/,
    (e) => [byCrypto(e), set({}, 'unpaid')(e)],
  ],
  [
    'two payments that settle one order',
    'paid twice',
    /two payments settle one order/,
    (e) => [byCrypto(e), e.payments.push({ ...settled, paymentId: 'payment-2', chain: 'other' })],
  ],
  [
    'a surplus that nobody gives back',
    'stuck',
    /surplus is not given back/,
    (e) => [
      byCrypto(e),
      e.payments.push({ ...settled, paymentId: 'payment-2', chain: 'other', surplus: true }),
    ],
  ],
  [
    'a settled payment that the order does not know of',
    'paid and not served',
    /the order does not know/,
    waiting,
  ],
  [
    'a payment on the chain that was not seen',
    'paid and not served',
    /was not seen/,
    (e) => [waiting(e), set({ status: 'open', settledAt: undefined })(e)],
  ],
  [
    'a refund that the chain does not have',
    'paid and not served',
    /the chain still has it/,
    (e) => [byCrypto(e), Object.assign(e.orders[0] ?? {}, { status: 'refunded', paid: false })],
  ],
];

test.each(broken)('finds %s', (_, category, rule, change) => {
  const { found } = judged(change);
  expect(found.filter((finding) => finding.startsWith(category) && rule.test(finding))).toHaveLength(1);
});

test('waits for what has just been settled', () => {
  const { found } = judged((e) => [
    waiting(e),
    Object.assign(e.payments[0] ?? {}, { settledAt: recent, updatedAt: recent }),
    Object.assign(e.orders[0] ?? {}, { updatedAt: recent }),
  ]);
  expect(found.filter((finding) => finding.startsWith('paid'))).toEqual([]);
});
