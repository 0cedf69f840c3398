import type { Address, Hex } from 'viem';
import type { PaymentStatus } from '#contracts/payment.ts';

/** A payment with its order, as it stands in the database; amounts in the token's smallest unit. */
export interface PaymentRecord {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly currency: 'USD';
  readonly totalCents: number;
  readonly chain: string;
  readonly chainId: number;
  readonly status: PaymentStatus;
  readonly version: number;
  readonly cancelled: boolean;
  readonly surplus: boolean;
  readonly token: string;
  readonly tokenAddress: Address;
  readonly amount: bigint;
  readonly payer: Address;
  readonly expiresAt: Date;
  readonly signature: Hex;
  readonly paidBy: Address | null;
  readonly paidToken: Address | null;
  readonly paidAmount: bigint | null;
  readonly transactionHash: Hex | null;
  readonly logIndex: number | null;
  readonly blockNumber: number | null;
  readonly blockHash: Hex | null;
  readonly settledAt: Date | null;
  readonly refundDue: boolean;
  readonly refundFailed: boolean;
  readonly refundHash: Hex | null;
  readonly refundedAt: Date | null;
  readonly demoRequestedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** W3C trace context of the order. */
  readonly trace: Readonly<Record<string, string>>;
}

/** How many blocks deep a payment is, its own included; null while it is in none. */
export const confirmationsOf = (blockNumber: number | null, head: number): number | null =>
  blockNumber === null ? null : Math.max(0, head - blockNumber + 1);
