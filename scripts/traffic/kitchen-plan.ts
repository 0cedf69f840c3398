import { createHash } from 'node:crypto';
import type { OrderActionRequest } from '#contracts/http/orders.ts';
import { isRefundDue, type LifecycleState, type PaymentMethod } from '#contracts/order-lifecycle.ts';
import { seededRandom } from './random.ts';

/** What the kitchen knows of an order when it decides what comes next. */
export interface KitchenOrder extends LifecycleState {
  readonly orderId: string;
  readonly paymentMethod: PaymentMethod;
}

/** What happens next in the shop, and how long that takes. */
export interface KitchenStep {
  readonly action: OrderActionRequest['action'];
  readonly reason?: string;
  readonly afterMs: number;
}

const shares = { walksAway: 0.015, soldOut: 0.015 } as const;

// At pace 1 an order takes about 5 s from the counter to the hand.
const seconds: Readonly<Record<OrderActionRequest['action'], readonly [least: number, most: number]>> = {
  'confirm-payment': [0.3, 1.5],
  prepare: [0.2, 1],
  'mark-ready': [0.8, 3],
  complete: [0.3, 1.5],
  reject: [0.2, 1],
  refund: [0.3, 1],
};

/**
 * What the kitchen does next: the same for an order whenever it is asked, so that a redelivered event changes nothing.
 * Undefined when nobody will do anything: the order is done, its customer has walked away, or the chain has to pay.
 *
 * @param pace 2 takes twice as long.
 */
export function nextStep(order: KitchenOrder, seed: number, pace: number): KitchenStep | undefined {
  const random = seededRandom(createHash('sha1').update(order.orderId).digest().readUInt32BE() ^ seed);
  const [walksAway, soldOut] = [random() < shares.walksAway, random() < shares.soldOut];
  const step = (action: KitchenStep['action'], reason?: string): KitchenStep => {
    const [least, most] = seconds[action];
    const afterMs = (least + random() * (most - least)) * 1000 * pace;
    return { action, afterMs, ...(reason === undefined ? {} : { reason }) };
  };
  if (isRefundDue(order)) return order.paymentMethod === 'counter' ? step('refund') : undefined;
  switch (order.status) {
    case 'accepted':
    case 'awaiting-payment':
      return walksAway || order.paymentMethod === 'crypto' ? undefined : step('confirm-payment');
    case 'paid':
      return soldOut ? step('reject', 'sold out') : step('prepare');
    case 'preparing':
      return step('mark-ready');
    case 'ready':
      return step('complete');
    default:
      return undefined;
  }
}
