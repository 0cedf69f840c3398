import type { PlaceOrder } from '#contracts/events/order-commands.ts';
import type { LifecycleState, PaymentMethod } from '#contracts/order-lifecycle.ts';

/** What the order book knows of an order, as far as commands are decided by it. */
export interface OrderRecord extends LifecycleState {
  readonly orderId: string;
  readonly customerId: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly paymentMethod: PaymentMethod;
  readonly currency: PlaceOrder['currency'];
  readonly totalCents: number;
  /** Ids of the commands that moved it: the order's own inbox, in which a repeat finds itself. */
  readonly followed: readonly string[];
}

/** The order as its first command opens it. */
export const openedBy = (place: PlaceOrder): OrderRecord => ({
  orderId: place.orderId,
  customerId: place.customerId,
  status: 'accepted',
  paid: false,
  version: 1,
  fingerprint: place.fingerprint,
  paymentMethod: place.paymentMethod,
  currency: place.currency,
  totalCents: place.totalCents,
  followed: [],
});
