import { type Address, encodeFunctionData } from 'viem';
import { orderKey } from '../chain/invoice.ts';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';
import { announce } from '../database/announce.ts';
import { updatePayments } from '../database/payments.ts';
import { type Job, largestAccepted } from './job.ts';

interface Due {
  readonly paymentId: string;
  readonly orderId: string;
  readonly payer: Address;
  readonly token: Address;
  readonly amount: string;
}

/** Gives payments back whose refund is due, many in a transaction. */
export const refundJob = (batchSize: number): Job => ({
  purpose: 'refund',

  async next(transaction, context) {
    const { definition } = context.chain;
    const { rows: due } = await transaction.raw<{ rows: Due[] }>(
      `select payment_id as "paymentId", order_id as "orderId", paid_by as payer, paid_token as token,
              paid_amount::text as amount
         from payments.payments
        where chain = ? and refund_due and status = 'settled' and refund_transaction_id is null
        order by settled_at limit ? for update skip locked`,
      [definition.name, batchSize],
    );
    const draft = (some: readonly Due[]) => ({
      purpose: 'refund',
      recipient: definition.contract,
      value: 0n,
      data: encodeFunctionData({
        abi: coffeePaymentsAbi,
        functionName: 'refund',
        args: [
          some.map(({ orderId, payer, token, amount }) => ({
            orderId: orderKey(orderId),
            payer,
            token,
            amount: BigInt(amount),
          })),
        ],
      }),
    });
    const { accepted, call, refused } = await largestAccepted(due, draft, context);
    // The contract has given it back already, or has not the money: somebody has to look, and `…/refund` tries again.
    await updatePayments(
      transaction,
      `update payments.payments p set refund_failed = true, refund_due = false, updated_at = now()
        where payment_id = any(?::uuid[]) returning payment_id`,
      [refused.map(({ paymentId }) => paymentId)],
    );
    if (!call) return undefined;
    const ids = accepted.map(({ paymentId }) => paymentId);
    return {
      call,
      link: async (within, transactionId) => {
        const refunding = await updatePayments(
          within,
          `update payments.payments p
              set status = 'refunding', refund_transaction_id = ?, version = p.version + 1, updated_at = now()
            where payment_id = any(?::uuid[]) returning payment_id`,
          [transactionId, ids],
        );
        await announce(within, refunding);
      },
    };
  },

  async release(transaction, transactionId) {
    // Not told: that it is settled was told, and the next attempt is told as refunding.
    await transaction.raw(
      `update payments.payments
          set status = 'settled', refund_transaction_id = null, version = version + 1, updated_at = now()
        where refund_transaction_id = ? and status = 'refunding' and refund_block is null`,
      [transactionId],
    );
  },
});
