import { z } from 'zod';
import { type OrderAction, orderAction, paymentMethod } from '../order-lifecycle.ts';
import { currency, customerId, minorUnits, pricedLine, shopId } from './order-line.ts';

/** `ce_type` of the command that places an order. */
export const placeOrderType = 'dev.gocoffee.order.place.v1';

/**
 * Places an order (topic orders.v1). `fingerprint` is the SHA-256 of the unpriced request in canonical JSON: it tells
 * a repeat of the same request from another request under the same Idempotency-Key (design.md, decision 3).
 */
export const placeOrder = z.object({
  orderId: z.uuid(),
  customerId,
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  currency,
  lines: z.array(pricedLine).min(1).max(50),
  totalCents: minorUnits,
  menuVersion: z.int().min(1),
  placedAt: z.iso.datetime(),
  paymentMethod: paymentMethod.default('counter'),
  /** Where it is made. */
  shopId,
  /**
   * How long the order waits for its payment, in milliseconds. A length of time, not a deadline: the order book adds it
   * to its own clock, so that a producer whose clock is wrong neither expires orders nor keeps them for ever.
   */
  paymentWindowMs: z
    .int()
    .min(1_000)
    .max(7 * 24 * 3_600_000)
    .default(15 * 60_000),
});

export type PlaceOrder = z.infer<typeof placeOrder>;

/** Who wants it: decides what is allowed, and stands in the event. */
export const actor = z.enum(['customer', 'barista', 'payments', 'system']);
export type Actor = z.infer<typeof actor>;

/** Why, in words for people. No line breaks or other control characters. */
export const reason = z.string().regex(/^[^\p{Cc}]{1,200}$/u, 'must be 1 to 200 characters in one line');

/** Moves an order on (topic orders.v1, keyed by the order, design.md, decision 4). */
export const actOnOrder = z.object({
  orderId: z.uuid(),
  action: orderAction,
  actor,
  reason: reason.optional(),
  requestedAt: z.iso.datetime(),
});

export type ActOnOrder = z.infer<typeof actOnOrder>;

/** `ce_type` of the command for an action: `dev.gocoffee.order.cancel.v1`. */
export const actionType = (action: OrderAction): string => `dev.gocoffee.order.${action}.v1`;
