import type { Transaction } from '#platform/database/database.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { paymentsByIds, updatePayments } from './payments.ts';

/** Payments that are deep enough to stay, at most `limit`, the deepest first. */
export async function deepPayments(
  transaction: Transaction,
  chain: string,
  upTo: number,
  limit: number,
): Promise<PaymentRecord[]> {
  const { rows } = await transaction.raw<{ rows: { payment_id: string }[] }>(
    `select payment_id from payments.payments
      where chain = ? and status = 'pending' and block_number <= ? order by block_number limit ?`,
    [chain, upTo, limit],
  );
  return paymentsByIds(
    transaction,
    rows.map(({ payment_id }) => payment_id),
  );
}

/**
 * Settles payments. The first of an order settles the order; what settles beside it, or after it was cancelled, is a surplus
 * and due back.
 *
 * @returns all, as they are now, and those of them that had not been settled before.
 */
export async function settle(
  transaction: Transaction,
  paymentIds: readonly string[],
): Promise<{ all: PaymentRecord[]; first: PaymentRecord[] }> {
  await transaction.raw(
    `update payments.orders o set settled_payment_id = first.payment_id
       from (select distinct on (order_id) order_id, payment_id from payments.payments
              where payment_id = any(?::uuid[]) and not cancelled order by order_id, payment_id) as first
      where o.order_id = first.order_id and o.settled_payment_id is null`,
    [[...paymentIds]],
  );
  const { rows } = await transaction.raw<{ rows: { payment_id: string; first: boolean }[] }>(
    `with before as (
       select payment_id, settled_at is null as first from payments.payments
        where payment_id = any(?::uuid[]) for update)
     update payments.payments p
        set status = 'settled', settled_at = coalesce(p.settled_at, now()), version = p.version + 1,
            surplus = o.settled_payment_id is distinct from p.payment_id,
            refund_due = p.refund_due or o.settled_payment_id is distinct from p.payment_id,
            updated_at = now()
       from before, payments.orders o
      where p.payment_id = before.payment_id and o.order_id = p.order_id
      returning p.payment_id, before.first`,
    [[...paymentIds]],
  );
  const all = await paymentsByIds(transaction, paymentIds);
  const first = new Set(rows.filter((row) => row.first).map(({ payment_id }) => payment_id));
  return { all, first: all.filter(({ paymentId }) => first.has(paymentId)) };
}

/** Ends refunds that are deep enough to stay. @returns those that had not been refunded before. */
export function completeRefunds(
  transaction: Transaction,
  chain: string,
  upTo: number,
): Promise<PaymentRecord[]> {
  return updatePayments(
    transaction,
    `with before as (
       select payment_id, refunded_at is null as first from payments.payments
        where chain = ? and status = 'refunding' and refund_block <= ? for update),
     done as (
       update payments.payments p
          set status = 'refunded', refunded_at = coalesce(p.refunded_at, now()), refund_due = false,
              version = p.version + 1, updated_at = now()
         from before where p.payment_id = before.payment_id returning p.payment_id, before.first)
     select payment_id from done where first`,
    [chain, upTo],
  );
}

/** Ends payments that nobody can make any more, because blocks up to after their expiry were followed. */
export function expireOffers(
  transaction: Transaction,
  chain: string,
  followedTo: Date,
): Promise<PaymentRecord[]> {
  return updatePayments(
    transaction,
    `update payments.payments p set status = 'expired', version = p.version + 1, updated_at = now()
      where p.chain = ? and p.status in ('open', 'pending') and p.block_number is null and p.expires_at < ?
      returning p.payment_id`,
    [chain, followedTo],
  );
}

/** Payments of orders that have to be given back. */
export async function markRefundDue(transaction: Transaction, orderIds: readonly string[]): Promise<void> {
  await transaction.raw(
    `update payments.payments p set refund_due = true, updated_at = now()
       from payments.orders o
      where o.order_id = any(?::uuid[]) and p.payment_id = o.settled_payment_id and p.refunded_at is null`,
    [[...orderIds]],
  );
}

/** Closes what is open of orders that are not waiting for a payment any more. */
export function closeOffers(transaction: Transaction, orderIds: readonly string[]): Promise<PaymentRecord[]> {
  return updatePayments(
    transaction,
    `update payments.payments p
        set status = case when o.status = 'expired' then 'expired' else 'cancelled' end,
            version = p.version + 1, updated_at = now()
       from payments.orders o
      where o.order_id = any(?::uuid[]) and p.order_id = o.order_id and p.status = 'open'
        and o.status <> 'awaiting-payment'
      returning p.payment_id`,
    [[...orderIds]],
  );
}
