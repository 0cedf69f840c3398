import { z } from 'zod';
import { currency, minorUnits } from '../events/order-line.ts';
import { address, chainName, hash, paymentStatus, tokenAmount, tokenSymbol } from '../payment.ts';

const lowerHash = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(hash);

/** Asks for the payment of an order; what is left out is the shop's choice. */
export const createPaymentRequest = z.strictObject({
  orderId: z.uuid(),
  chain: chainName.optional(),
  token: tokenSymbol.optional(),
  /** Nobody else can pay it then. */
  payer: address.optional(),
});

/** What a wallet needs to pay: the arguments of `pay` of the contract. */
export const invoice = z.object({
  contract: address,
  orderId: z.string(),
  /** The token's address; zero for the chain's own coin. */
  token: address,
  amount: tokenAmount,
  /** Zero: anybody. */
  payer: address,
  /** Seconds since the epoch. */
  expiry: z.int().min(0),
  /** The merchant's, over all of this (EIP-712). */
  signature: z.string().regex(/^0x[0-9a-f]+$/),
});

/** A payment as the API shows it. Times are RFC 3339 in UTC. */
export const payment = z.object({
  id: z.uuid(),
  orderId: z.uuid(),
  status: paymentStatus,
  version: z.int().min(1),
  /** It settles nothing: the order has another payment, or it was cancelled. It goes back by itself. */
  surplus: z.boolean(),
  currency,
  totalCents: minorUnits,
  chain: chainName,
  chainId: z.int().min(1),
  token: tokenSymbol,
  amount: tokenAmount,
  /** In decimal, for people: `4.50 USDC`. */
  display: z.string(),
  /** To pay with; null when it can't be paid any more. */
  invoice: invoice.nullable(),
  expiresAt: z.iso.datetime(),
  payer: address.nullable(),
  transactionHash: hash.nullable(),
  blockNumber: z.int().min(0).nullable(),
  /** Blocks with and after its own; null while it is in none. */
  confirmations: z.int().min(0).nullable(),
  requiredConfirmations: z.int().min(1),
  refundDue: z.boolean(),
  refundTransactionHash: hash.nullable(),
  /** The transaction in the chain's explorer; null when there is neither. */
  explorerUrl: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const paymentQuery = z.strictObject({ orderId: z.uuid() });
export const paymentList = z.object({ payments: z.array(payment) });

/** The customer says which transaction paid. It is looked at on the chain, never believed. */
export const confirmPaymentRequest = z.strictObject({ transactionHash: lowerHash });

export const chain = z.object({
  name: chainName,
  chainId: z.int().min(1),
  /** The payment contract. */
  contract: address,
  confirmations: z.int().min(1),
  /** The newest block that was followed; null before the first. */
  followedTo: z.int().min(0).nullable(),
  tokens: z.array(z.object({ symbol: tokenSymbol, address, decimals: z.int().min(0).max(36) })),
  explorerUrl: z.string().nullable(),
});
export const chainList = z.object({ chains: z.array(chain) });

export const walletQuery = z.strictObject({ chain: chainName.optional() });

export const walletBalance = z.object({
  address,
  chain: chainName,
  balances: z.array(z.object({ token: tokenSymbol, amount: tokenAmount, display: z.string() })),
});

/** What a wallet has paid to the shop and got back, newest first. */
export const walletTransactions = z.object({
  address,
  chain: chainName,
  transactions: z.array(
    z.object({
      kind: z.enum(['paid', 'refunded']),
      orderId: z.uuid(),
      token: tokenSymbol,
      amount: tokenAmount,
      transactionHash: hash,
      blockNumber: z.int().min(0),
    }),
  ),
});

export const tokenPrice = z.object({
  token: tokenSymbol,
  chain: chainName,
  currency,
  /** Of one whole token, in minor units of the currency, times 10^decimals. */
  price: tokenAmount,
  decimals: z.int().min(0).max(36),
  display: z.string(),
  updatedAt: z.iso.datetime(),
});

export type Payment = z.infer<typeof payment>;
export type Invoice = z.infer<typeof invoice>;
export type CreatePaymentRequest = z.infer<typeof createPaymentRequest>;
