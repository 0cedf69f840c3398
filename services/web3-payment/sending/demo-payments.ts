import { type Address, encodeFunctionData, type Hex, zeroAddress } from 'viem';
import { orderKey } from '../chain/invoice.ts';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';
import { type Job, largestAccepted } from './job.ts';

interface Wanted {
  readonly paymentId: string;
  readonly orderId: string;
  readonly token: Address;
  readonly amount: string;
  readonly payer: Address;
  readonly expiresAt: Date;
  readonly signature: Hex;
}

// What expires before the next blocks are made would take its whole batch along.
const leastLifeSeconds = 20;

/**
 * Pays invoices from the demo wallet, many in a transaction: the customers of a shop that is tried out need no wallet of their
 * own.
 */
export const demoPaymentJob = (batchSize: number): Job => ({
  purpose: 'pay',

  async next(transaction, context) {
    const { definition } = context.chain;
    const { rows } = await transaction.raw<{ rows: Wanted[] }>(
      `select payment_id as "paymentId", order_id as "orderId", token_address as token, amount::text, payer,
              expires_at as "expiresAt", signature
         from payments.payments
        where chain = ? and demo_requested_at is not null and demo_transaction_id is null and status = 'open'
          and expires_at > now() + ? * interval '1 second'
        order by demo_requested_at, payment_id limit ? for update skip locked`,
      [definition.name, leastLifeSeconds, batchSize],
    );
    const [first] = rows;
    if (!first) return undefined;
    // One token a transaction.
    const same = rows.filter(({ token }) => token === first.token);
    const { accepted, call, refused } = await largestAccepted(
      same,
      (some) => draft(definition.contract, some),
      context,
    );
    await transaction.raw(
      'update payments.payments set demo_requested_at = null where payment_id = any(?::uuid[])',
      [refused.map(({ paymentId }) => paymentId)],
    );
    if (!call) return undefined;
    const ids = accepted.map(({ paymentId }) => paymentId);
    return {
      call,
      link: async (within, transactionId) => {
        await within.raw(
          'update payments.payments set demo_transaction_id = ? where payment_id = any(?::uuid[])',
          [transactionId, ids],
        );
      },
    };
  },

  async release(transaction, transactionId) {
    await transaction.raw(
      `update payments.payments set demo_transaction_id = null where demo_transaction_id = ? and status = 'open'`,
      [transactionId],
    );
  },
});

function draft(contract: Address, some: readonly Wanted[]) {
  const invoices = some.map(({ orderId, token, amount, payer, expiresAt }) => ({
    orderId: orderKey(orderId),
    token,
    amount: BigInt(amount),
    payer,
    expiry: BigInt(Math.floor(expiresAt.getTime() / 1_000)),
  }));
  const native = some[0]?.token === zeroAddress;
  return {
    purpose: 'pay',
    recipient: contract,
    value: native ? invoices.reduce((sum, { amount }) => sum + amount, 0n) : 0n,
    data: encodeFunctionData({
      abi: coffeePaymentsAbi,
      functionName: 'payMany',
      args: [invoices, some.map(({ signature }) => signature)],
    }),
  };
}
