import type { Payment } from '#contracts/http/payments.ts';
import type { OrderView } from '#contracts/order-view.ts';
import type { UpstreamRequest } from '../../services/console/upstream/upstream.ts';
import { paidOrder } from '../../services/producer/tests/fakes.ts';

/** An order on the stage that was paid on a chain, with everything that its page shows. */
export const orderId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
const minute = 60_000;
const placedAt = new Date(Date.now() - minute).toISOString();

export const sampleOrder: OrderView = {
  order: {
    ...paidOrder(orderId, 'e2e-console'),
    shopId: 'main',
    paymentMethod: 'crypto',
    createdAt: placedAt,
    updatedAt: placedAt,
  },
  fingerprint: 'made up',
};

/** One that nobody has to do anything about any more. */
export const completedOrderId = '0d6c66e4-140c-438c-8e78-84e0bb3e4909';
export const completedOrder: OrderView = {
  order: {
    ...paidOrder(completedOrderId, 'e2e-console'),
    status: 'completed',
    createdAt: new Date(Date.now() - 3 * minute).toISOString(),
    updatedAt: new Date(Date.now() - 2 * minute).toISOString(),
  },
  fingerprint: 'made up',
};

const payment: Payment = {
  id: '7f0c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b',
  orderId,
  status: 'settled',
  version: 3,
  surplus: false,
  currency: 'USD',
  totalCents: 400,
  chain: 'local',
  chainId: 31_337,
  token: 'USDC',
  amount: '4000000',
  display: '4.00 USDC',
  invoice: null,
  expiresAt: new Date(Date.now() + 10 * minute).toISOString(),
  payer: `0x${'7'.repeat(40)}`,
  transactionHash: `0x${'c0ffee'.padEnd(64, '0')}`,
  blockNumber: 1_204,
  confirmations: 3,
  requiredConfirmations: 3,
  refundDue: false,
  refundTransactionHash: null,
  explorerUrl: 'https://explorer.example/tx/0xc0ffee',
  createdAt: placedAt,
  updatedAt: placedAt,
};

/** What web3-payment knows: the payment of that order. */
export const payments = ({ query }: UpstreamRequest): unknown => ({
  payments: query?.orderId === orderId ? [payment] : [],
});
