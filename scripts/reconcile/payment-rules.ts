import { isRefundDue } from '#contracts/order-lifecycle.ts';
import { type Rule, stuckOrMoving, wrong } from './rule.ts';

/** What an order was paid with on chains that can be asked; what was given back counts no more. */
const held = ({ chainPayments }: Parameters<Rule>[0]) =>
  chainPayments.filter(({ state }) => state === 'paid');

/** What the order book calls paid by crypto is on a chain: there now, or there until it was given back. */
const paidWithoutSettlement: Rule = (view) => {
  const { row, states, chainPayments } = view;
  if (row?.paymentMethod !== 'crypto' || row.totalCents === 0 || chainPayments.length === 0) return undefined;
  const paid = states.find((state) => state.paid);
  if (!paid || chainPayments.some(({ state }) => state !== 'unpaid')) return undefined;
  return wrong(
    'served unpaid',
    'paid by crypto, and no chain has the payment',
    `version ${paid.orderVersion}`,
  );
};

/** One payment an order; a further one is on its way back. */
const paidTwice: Rule = (view, situation) => {
  const settled = view.payments.filter(({ status }) => status === 'settled' || status === 'refunding');
  const effective = settled.filter(({ surplus }) => !surplus);
  if (effective.length > 1) {
    const look = effective.map(({ paymentId }) => paymentId).join(', ');
    return wrong('paid twice', 'two payments settle one order', look);
  }
  const surplus = settled.find((payment) => payment.surplus);
  if (!surplus)
    return held(view).length > 1 ? wrong('paid twice', 'two chains hold a payment', view.orderId) : undefined;
  return stuckOrMoving(
    surplus.updatedAt,
    situation,
    'a surplus is not given back for 60 s',
    surplus.paymentId,
  );
};

/** What a chain has taken serves its order, or goes back. */
const paidNotServed: Rule = (view, situation) => {
  const { row, payments } = view;
  if (!row || held(view).length === 0) return undefined;
  const unseen = payments.find(
    ({ status }) => status === 'open' || status === 'expired' || status === 'cancelled',
  );
  if (unseen && payments.length === 1) {
    const rule = 'a payment on the chain was not seen for 60 s';
    return paidLate(unseen.updatedAt, situation, rule, unseen.paymentId);
  }
  const settled = payments.find(({ status, surplus }) => status === 'settled' && !surplus);
  if (!settled || row.paid) return undefined;
  const since = Math.max(settled.settledAt ?? 0, settled.updatedAt, row.updatedAt);
  return paidLate(since, situation, 'settled, and the order does not know', settled.paymentId);
};

/** An order that is not served and was paid is due back, and the chain shows it. */
const refundNotOnChain: Rule = (view) => {
  const { row, payments, chainPayments } = view;
  if (row?.status !== 'refunded' || row.paymentMethod !== 'crypto' || isRefundDue(row)) return undefined;
  if (chainPayments.length === 0 || payments.length !== 1 || held(view).length === 0) return undefined;
  return wrong('paid and not served', 'refunded in the order book, and the chain still has it', view.orderId);
};

function paidLate(since: number, situation: Parameters<Rule>[1], rule: string, look: string) {
  const verdict = stuckOrMoving(since, situation, rule, look);
  return verdict.category === 'stuck' ? wrong('paid and not served', rule, look) : verdict;
}

/** About payments on chains: each order that is paid there has one, and each payment there has its order. */
export const paymentRules: readonly Rule[] = [
  paidWithoutSettlement,
  paidTwice,
  paidNotServed,
  refundNotOnChain,
];
