import { v5 as uuidv5 } from 'uuid';
import { type PaymentChanged, paymentEventType } from '#contracts/events/payments.ts';
import { paymentsTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutboxEntry } from '#platform/outbox/outbox.ts';
import type { PaymentRecord } from './payment.ts';

/** What has to be told once, however often a chain changes its mind: the ids are made without the version. */
const once: ReadonlySet<string> = new Set(['settled', 'refunded']);

/** A payment's id: each order has one on each chain. */
export const paymentIdOf = (orderId: string, chain: string): string => uuidv5(`payment:${chain}`, orderId);

/** The event that tells what a payment is now. */
export function paymentEvent(payment: PaymentRecord, occurredAt: string): OutboxEntry {
  const { paymentId, orderId, status, version } = payment;
  const data: PaymentChanged = {
    paymentId,
    paymentVersion: version,
    orderId,
    customerId: payment.customerId,
    status,
    surplus: payment.surplus,
    currency: payment.currency,
    totalCents: payment.totalCents,
    chain: payment.chain,
    chainId: payment.chainId,
    token: payment.token,
    amount: payment.amount.toString(),
    ...(payment.paidBy ? { payer: payment.paidBy } : {}),
    ...(payment.transactionHash ? { transactionHash: payment.transactionHash } : {}),
    ...(payment.blockNumber === null ? {} : { blockNumber: payment.blockNumber }),
    ...(payment.refundHash ? { refundTransactionHash: payment.refundHash } : {}),
    occurredAt,
  };
  const event = {
    id: uuidv5(once.has(status) ? status : `${status}:${version}`, paymentId),
    type: paymentEventType(status),
    source: '/services/web3-payment',
    subject: orderId,
    time: occurredAt,
    data,
  };
  return { message: encodeEvent(event, paymentsTopic.name, orderId), trace: payment.trace };
}
