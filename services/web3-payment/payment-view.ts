import type { Payment } from '#contracts/http/payments.ts';
import { orderKey } from './chain/invoice.ts';
import type { ChainDefinition } from './chains.ts';
import { display } from './domain/money.ts';
import { confirmationsOf, type PaymentRecord } from './domain/payment.ts';

/** A payment as the API shows it. @param head the newest block that is known of its chain. */
export function paymentView(payment: PaymentRecord, chain: ChainDefinition, head: number): Payment {
  const { amount, token, transactionHash } = payment;
  const unit = chain.tokens.find(({ symbol }) => symbol === token) ?? { symbol: token, decimals: 0 };
  const { explorerUrl } = chain;
  return {
    id: payment.paymentId,
    orderId: payment.orderId,
    status: payment.status,
    version: payment.version,
    surplus: payment.surplus,
    currency: payment.currency,
    totalCents: payment.totalCents,
    chain: payment.chain,
    chainId: payment.chainId,
    token,
    amount: amount.toString(),
    display: display(amount, unit),
    invoice: payment.status === 'open' ? invoiceOf(payment, chain) : null,
    expiresAt: payment.expiresAt.toISOString(),
    payer: payment.paidBy,
    transactionHash,
    blockNumber: payment.blockNumber,
    confirmations: confirmationsOf(payment.blockNumber, head),
    requiredConfirmations: chain.confirmations,
    refundDue: payment.refundDue,
    refundTransactionHash: payment.refundHash,
    explorerUrl: explorerUrl && transactionHash ? new URL(`tx/${transactionHash}`, explorerUrl).href : null,
    createdAt: payment.createdAt.toISOString(),
    updatedAt: payment.updatedAt.toISOString(),
  };
}

const invoiceOf = (payment: PaymentRecord, { contract }: ChainDefinition) => ({
  contract,
  orderId: orderKey(payment.orderId),
  token: payment.tokenAddress,
  amount: payment.amount.toString(),
  payer: payment.payer,
  expiry: Math.floor(payment.expiresAt.getTime() / 1_000),
  signature: payment.signature,
});
