import type { Family, NamedTest } from '../mutation.ts';

const table = 'contracts/order-lifecycle.ts';
const decide = 'services/consumer/domain/decide.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'contracts/order-lifecycle.test.ts',
  name,
});
const decideTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/consumer/domain/decide.test.ts',
  name,
});
const late = test('money > that comes after the order has expired is due back; the order stays expired');
const givenBack = test('money > is due back when a paid order is cancelled or rejected, and given back once');
const neverPaid = test('money > is not given back for what was never paid');

/** What may happen to an order: the money first (decisions 4 and 16). */
export const lifecycle: Family = {
  name: 'life cycle',
  mutations: [
    {
      name: 'served only when paid',
      guard: 'nothing is prepared before it is paid (decision 16)',
      file: table,
      find: "prepare: [{ from: ['paid'],",
      replace: "prepare: [{ from: ['paid', 'awaiting-payment'],",
      test: test('whatever is tried in whatever order > is never served without payment'),
    },
    {
      name: 'payment is noted',
      guard: 'an order whose payment was confirmed counts as paid',
      file: table,
      find: "to: 'paid', paid: true",
      replace: "to: 'paid'",
      test: test('serves an order from its acceptance to the hand-over'),
    },
    {
      name: 'refund once',
      guard: 'what was given back is no longer paid, and is not given back again',
      file: table,
      find: "when: 'paid', paid: false",
      replace: "when: 'paid'",
      test: givenBack,
    },
    {
      name: 'refund of what was paid only',
      guard: 'no money is given back that never came',
      file: table,
      find: "when: 'paid', paid: false",
      replace: 'paid: false',
      test: neverPaid,
    },
    {
      name: 'late money is due back',
      guard: 'money that comes after the end of an order is not kept silently',
      file: table,
      find: "{ from: unserved, to: 'same', when: 'unpaid', paid: true },",
      replace: '',
      test: late,
    },
    {
      name: 'late money once',
      guard: 'a payment that is told twice is one payment',
      file: table,
      find: "when: 'unpaid', paid: true",
      replace: 'paid: true',
      test: late,
    },
    {
      name: 'late money revives nothing',
      guard: 'what has expired is not served, also when it is paid in the end',
      file: table,
      find: "{ from: unserved, to: 'same', when: 'unpaid', paid: true },",
      replace: "{ from: unserved, to: 'paid', when: 'unpaid', paid: true },",
      test: late,
    },
    {
      name: 'no refund due without payment',
      guard: 'a refund is due only where money was taken',
      file: table,
      find: '  paid && (unserved',
      replace: '  (unserved',
      test: neverPaid,
    },
    {
      name: 'a refund that is due keeps an order open',
      guard: 'an order is settled only when its money is back (decision 16)',
      file: table,
      find: ' && !isRefundDue(state)',
      replace: '',
      test: givenBack,
    },
    {
      name: 'no cancellation after preparing',
      guard: 'what is being prepared is not cancelled by its customer',
      file: table,
      find: "cancel: [{ from: ['accepted',",
      replace: "cancel: [{ from: ['accepted', 'preparing',",
      test: test('does not cancel what is being prepared'),
    },
    {
      name: 'no expiry after payment',
      guard: 'a payment that came first keeps its order',
      file: table,
      find: "expire: [{ from: ['accepted',",
      replace: "expire: [{ from: ['accepted', 'paid',",
      test: test('does not expire what is paid'),
    },
    {
      name: 'no rejection after completion',
      guard: 'what was handed over stays completed',
      file: table,
      find: "'preparing', 'ready'], to: 'rejected'",
      replace: "'preparing', 'ready', 'completed'], to: 'rejected'",
      test: test('tells what can never follow any more from what is only too early'),
    },
    {
      name: 'payment method',
      guard: 'a barista does not confirm what is paid on the chain',
      file: decide,
      find: 'paymentActions.has(action) && !mayTakePayment(order, actor)',
      replace: 'paymentActions.size < 0 && !mayTakePayment(order, actor)',
      test: decideTest('refuses, and says why > a barista who confirms crypto'),
    },
    {
      name: 'payment method of refunds',
      guard: 'a barista does not give back what is paid on the chain',
      file: decide,
      find: "new Set(['confirm-payment', 'refund'])",
      replace: "new Set(['confirm-payment'])",
      test: decideTest('refuses, and says why > a barista who gives back crypto'),
    },
    {
      name: 'the chain takes no cash',
      guard: 'only a barista confirms what is paid at the counter',
      file: decide,
      find: "(paymentMethod === 'crypto' ? 'payments' : 'barista')",
      replace: "(paymentMethod === 'crypto' ? 'payments' : actor)",
      test: decideTest('refuses, and says why > the chain that confirms cash'),
    },
    {
      name: 'nobody confirms for himself',
      guard: 'a customer does not confirm the own payment, whichever way its command came',
      file: decide,
      find: "actor === 'system' || actor ===",
      replace: "actor === 'system' || actor === 'customer' || actor ===",
      test: decideTest('refuses, and says why > a customer who confirms cash'),
    },
    {
      name: 'nothing to pay',
      guard: 'an order that costs nothing does not wait for a payment, and does not expire',
      file: decide,
      find: 'totalCents > 0 ?',
      replace: 'totalCents >= 0 ?',
      test: decideTest('asks for payment where there is something to pay'),
    },
    {
      name: 'versions count',
      guard: 'every change of an order has a version of its own (decision 5)',
      file: decide,
      find: 'version: order.version + 1',
      replace: 'version: order.version',
      test: decideTest('moves an order to its next version'),
    },
  ],
};
