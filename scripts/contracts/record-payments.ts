import { paymentStatuses } from '#contracts/payment.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { PaymentRecord } from '../../services/web3-payment/domain/payment.ts';
import { paymentEvent, paymentIdOf } from '../../services/web3-payment/domain/payment-events.ts';

const at = '2026-03-01T08:01:00.000Z';
const hash = (digit: string) => `0x${digit.repeat(64)}` as const;
const account = (digit: string) => `0x${digit.repeat(40)}` as const;

/** What web3-payment tells of the payment of an order, one message for each status. */
export function paymentsOf(orderId: string, customerId: string): OutgoingMessage[] {
  const open: PaymentRecord = {
    paymentId: paymentIdOf(orderId, 'local'),
    orderId,
    customerId,
    currency: 'USD',
    totalCents: 1_340,
    chain: 'local',
    chainId: 31_337,
    status: 'open',
    version: 1,
    cancelled: false,
    surplus: false,
    token: 'USDC',
    tokenAddress: account('1'),
    amount: 13_400_000n,
    payer: account('0'),
    expiresAt: new Date(at),
    signature: '0x00',
    paidBy: null,
    paidToken: null,
    paidAmount: null,
    transactionHash: null,
    logIndex: null,
    blockNumber: null,
    blockHash: null,
    settledAt: null,
    refundDue: false,
    refundFailed: false,
    refundHash: null,
    refundedAt: null,
    demoRequestedAt: null,
    createdAt: new Date(at),
    updatedAt: new Date(at),
    trace: {},
  };
  const paid = { paidBy: account('a'), transactionHash: hash('b'), blockNumber: 7 } as const;
  const seen = new Set(['pending', 'settled', 'refunding', 'refunded']);
  return paymentStatuses.map((status, index) => {
    const payment = { ...open, ...(seen.has(status) ? paid : {}), status, version: index + 1 };
    const refunded = status === 'refunded' ? { refundHash: hash('c') } : {};
    return paymentEvent({ ...payment, ...refunded }, at).message;
  });
}
