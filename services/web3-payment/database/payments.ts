import type { Address, Hex } from 'viem';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { PaymentRecord } from '../domain/payment.ts';

/** Either: reading needs no transaction. */
export type Reader = Database | Transaction;

/** The columns of a payment `p` with its order `o`, as in PaymentRecord; amounts are text, as they don't fit into numbers. */
const columns = `
  p.payment_id as "paymentId", p.order_id as "orderId", o.customer_id as "customerId", o.currency,
  o.total_cents as "totalCents", p.chain, p.chain_id as "chainId", p.status, p.version, p.cancelled, p.surplus, p.token,
  p.token_address as "tokenAddress", p.amount::text, p.payer, p.expires_at as "expiresAt", p.signature,
  p.paid_by as "paidBy", p.paid_token as "paidToken", p.paid_amount::text as "paidAmount",
  p.transaction_hash as "transactionHash", p.log_index as "logIndex", p.block_number as "blockNumber",
  p.block_hash as "blockHash", p.settled_at as "settledAt", p.refund_due as "refundDue",
  p.refund_failed as "refundFailed", p.refund_hash as "refundHash", p.refunded_at as "refundedAt",
  p.demo_requested_at as "demoRequestedAt", p.created_at as "createdAt", p.updated_at as "updatedAt", o.trace`;

type Row = Omit<PaymentRecord, 'amount' | 'paidAmount'> & {
  readonly amount: string;
  readonly paidAmount: string | null;
};

const fromRow = (row: Row): PaymentRecord => ({
  ...row,
  amount: BigInt(row.amount),
  paidAmount: row.paidAmount === null ? null : BigInt(row.paidAmount),
});

/** Payments that meet a condition on `p` and `o`, in the order of their ids. */
async function select(
  reader: Reader,
  condition: string,
  bindings: readonly unknown[],
  suffix = '',
): Promise<PaymentRecord[]> {
  const { rows } = await reader.raw<{ rows: Row[] }>(
    `select ${columns} from payments.payments p join payments.orders o using (order_id)
      where ${condition} order by p.payment_id ${suffix}`,
    bindings as never,
  );
  return rows.map(fromRow);
}

export const paymentsByIds = (reader: Reader, ids: readonly string[]): Promise<PaymentRecord[]> =>
  select(reader, 'p.payment_id = any(?::uuid[])', [[...ids]]);

export const paymentsOfOrder = (reader: Reader, orderId: string): Promise<PaymentRecord[]> =>
  select(reader, 'p.order_id = ?', [orderId]);

export async function findPayment(reader: Reader, id: string): Promise<PaymentRecord | undefined> {
  const [found] = await paymentsByIds(reader, [id]);
  return found;
}

/** A payment, locked until the transaction ends. */
export async function lockPayment(transaction: Transaction, id: string): Promise<PaymentRecord | undefined> {
  const [found] = await select(transaction, 'p.payment_id = ?', [id], 'for update of p');
  return found;
}

/** What is asked for, and the merchant's signature under it. */
export interface Offer {
  readonly paymentId: string;
  readonly orderId: string;
  readonly chain: string;
  readonly chainId: number;
  readonly token: string;
  readonly tokenAddress: Address;
  readonly amount: bigint;
  readonly payer: Address;
  readonly expiresAt: Date;
  readonly signature: Hex;
}

/**
 * Writes offers, each in the place of an open one of the same order and chain. What is not open any more stays as it is.
 *
 * @returns the ids of those that were written.
 */
export async function putOffers(transaction: Transaction, offers: readonly Offer[]): Promise<string[]> {
  if (offers.length === 0) return [];
  const records = offers.map((offer) => ({
    payment_id: offer.paymentId,
    order_id: offer.orderId,
    chain: offer.chain,
    chain_id: offer.chainId,
    token: offer.token,
    token_address: offer.tokenAddress,
    amount: offer.amount.toString(),
    payer: offer.payer,
    expires_at: offer.expiresAt,
    signature: offer.signature,
  }));
  const { rows } = await transaction.raw<{ rows: { payment_id: string }[] }>(
    `insert into payments.payments as p
       (payment_id, order_id, chain, chain_id, status, token, token_address, amount, payer, expires_at, signature)
     select payment_id, order_id, chain, chain_id, 'open', token, token_address, amount, payer, expires_at, signature
       from jsonb_to_recordset(?::jsonb) as record
         (payment_id uuid, order_id uuid, chain text, chain_id integer, token text, token_address text,
          amount numeric, payer text, expires_at timestamptz, signature text)
     on conflict (order_id, chain) do update
       set token = excluded.token, token_address = excluded.token_address, amount = excluded.amount,
           payer = excluded.payer, expires_at = excluded.expires_at, signature = excluded.signature,
           version = p.version + 1, updated_at = now()
     where p.status = 'open'
     returning payment_id`,
    [JSON.stringify(records)],
  );
  return rows.map(({ payment_id }) => payment_id);
}

/** Runs an update on `p` that returns `p.payment_id`. @returns the payments as they are now. */
export async function updatePayments(
  transaction: Transaction,
  statement: string,
  bindings: readonly unknown[],
): Promise<PaymentRecord[]> {
  const { rows } = await transaction.raw<{ rows: { payment_id: string }[] }>(statement, bindings as never);
  return rows.length === 0
    ? []
    : paymentsByIds(
        transaction,
        rows.map(({ payment_id }) => payment_id),
      );
}
