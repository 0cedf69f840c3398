import type { Transaction } from '#platform/database/database.ts';
import type { Sighting } from '../chain/sightings.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { type Reader, updatePayments } from './payments.ts';

const recordOf = (sighting: Sighting) => ({
  kind: sighting.kind,
  order_id: sighting.orderId,
  payer: sighting.payer,
  token_address: sighting.token,
  amount: sighting.amount.toString(),
  transaction_hash: sighting.transactionHash,
  log_index: sighting.logIndex,
  block_number: sighting.blockNumber,
  block_hash: sighting.blockHash,
});

/** Keeps what was seen on the chain. */
export async function putSightings(
  transaction: Transaction,
  chain: string,
  sightings: readonly Sighting[],
): Promise<void> {
  if (sightings.length === 0) return;
  await transaction.raw(
    `insert into payments.sightings
       (chain, kind, order_id, payer, token_address, amount, transaction_hash, log_index, block_number, block_hash)
     select ?, kind, order_id, payer, token_address, amount, transaction_hash, log_index, block_number, block_hash
       from jsonb_to_recordset(?::jsonb) as record
         (kind text, order_id uuid, payer text, token_address text, amount numeric, transaction_hash text,
          log_index integer, block_number bigint, block_hash text)
     on conflict (chain, transaction_hash, log_index) do update
       set block_number = excluded.block_number, block_hash = excluded.block_hash`,
    [chain, JSON.stringify(sightings.map(recordOf))],
  );
}

/**
 * Lets payments follow what was seen of their orders: what is paid is pending from its block on, whatever it was, also when an
 * order came after its payment. @returns the payments that changed.
 */
export function markPaid(
  transaction: Transaction,
  chain: string,
  orderIds: readonly string[],
): Promise<PaymentRecord[]> {
  return updatePayments(
    transaction,
    `update payments.payments p
        set status = 'pending', version = p.version + 1, paid_by = s.payer, paid_token = s.token_address,
            paid_amount = s.amount, transaction_hash = s.transaction_hash, log_index = s.log_index,
            block_number = s.block_number, block_hash = s.block_hash, updated_at = now()
       from payments.sightings s
      where p.chain = ? and s.chain = p.chain and s.order_id = p.order_id and s.kind = 'paid'
        and p.order_id = any(?::uuid[])
        and p.status in ('open', 'pending', 'cancelled', 'expired') and p.block_hash is distinct from s.block_hash
      returning p.payment_id`,
    [chain, [...orderIds]],
  );
}

/** Lets payments follow what was seen of their refunds. @returns those whose payer does not take it. */
export async function markRefunds(
  transaction: Transaction,
  chain: string,
  orderIds: readonly string[],
): Promise<PaymentRecord[]> {
  await transaction.raw(
    `update payments.payments p
        set status = 'refunding', refund_hash = s.transaction_hash, refund_block = s.block_number,
            version = p.version + 1, updated_at = now()
       from payments.sightings s
      where p.chain = ? and s.chain = p.chain and s.order_id = p.order_id and s.kind = 'refunded'
        and p.order_id = any(?::uuid[]) and p.status in ('settled', 'refunding')
        and p.refund_block is distinct from s.block_number`,
    [chain, [...orderIds]],
  );
  return updatePayments(
    transaction,
    `update payments.payments p
        set status = 'settled', refund_failed = true, refund_due = false, version = p.version + 1, updated_at = now()
       from payments.sightings s, payments.transactions t
      where p.chain = ? and s.chain = p.chain and s.order_id = p.order_id and s.kind = 'refund-failed'
        and p.order_id = any(?::uuid[]) and p.status = 'refunding' and p.refund_block is null
        and t.id = p.refund_transaction_id and s.transaction_hash = any(t.hashes)
      returning p.payment_id`,
    [chain, [...orderIds]],
  );
}

/**
 * Forgets what was seen above a block that is still part of the chain: payments in those blocks wait for another one.
 *
 * @returns the payments that changed.
 */
export async function forgetAbove(
  transaction: Transaction,
  chain: string,
  blockNumber: number,
): Promise<PaymentRecord[]> {
  await transaction.raw('delete from payments.sightings where chain = ? and block_number > ?', [
    chain,
    blockNumber,
  ]);
  const refunds = await updatePayments(
    transaction,
    `update payments.payments p
        set status = 'refunding', refund_block = null, version = version + 1, updated_at = now()
      where chain = ? and refund_block > ? returning payment_id`,
    [chain, blockNumber],
  );
  const payments = await updatePayments(
    transaction,
    `update payments.payments p
        set status = 'pending', block_number = null, block_hash = null, version = version + 1, updated_at = now()
      where chain = ? and block_number > ? returning payment_id`,
    [chain, blockNumber],
  );
  const newest = new Map([...refunds, ...payments].map((payment) => [payment.paymentId, payment]));
  return [...newest.values()];
}

/** What a wallet has paid and got back, the newest first. */
export async function sightingsOfPayer(
  reader: Reader,
  chain: string,
  payer: string,
  limit: number,
): Promise<
  {
    kind: 'paid' | 'refunded';
    orderId: string;
    tokenAddress: string;
    amount: string;
    transactionHash: string;
    blockNumber: number;
  }[]
> {
  const { rows } = await reader.raw(
    `select kind, order_id as "orderId", token_address as "tokenAddress", amount::text,
            transaction_hash as "transactionHash", block_number as "blockNumber"
       from payments.sightings
      where chain = ? and lower(payer) = lower(?) and kind <> 'refund-failed'
      order by block_number desc, log_index desc limit ?`,
    [chain, payer, limit],
  );
  return rows;
}
