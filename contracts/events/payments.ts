import { z } from 'zod';
import {
  address,
  chainName,
  hash,
  type PaymentStatus,
  paymentStatus,
  tokenAmount,
  tokenSymbol,
} from '../payment.ts';
import { currency, customerId, minorUnits } from './order-line.ts';

/** `ce_type` of the event that a payment has reached a status: `dev.gocoffee.payment.settled.v1`. */
export const paymentEventType = (status: PaymentStatus): string => `dev.gocoffee.payment.${status}.v1`;

/**
 * A payment on a chain has reached a status (topic payments.v1, keyed by the order). `settled` and `refunded` move the order
 * on, unless it is a surplus: what was paid for an order that another payment has settled, or after it was cancelled, goes back
 * by itself and never concerns the order.
 */
export const paymentChanged = z.object({
  paymentId: z.uuid(),
  /** Grows by one with each change of the payment. */
  paymentVersion: z.int().min(1),
  orderId: z.uuid(),
  customerId,
  status: paymentStatus,
  surplus: z.boolean(),
  currency,
  totalCents: minorUnits,
  chain: chainName,
  chainId: z.int().min(1),
  token: tokenSymbol,
  amount: tokenAmount,
  /** Who paid, the transaction, and the block that it is in; absent while nobody has paid. */
  payer: address.optional(),
  transactionHash: hash.optional(),
  blockNumber: z.int().min(0).optional(),
  /** The transaction that gave it back. */
  refundTransactionHash: hash.optional(),
  occurredAt: z.iso.datetime(),
});

export type PaymentChanged = z.infer<typeof paymentChanged>;
