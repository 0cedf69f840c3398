import { z } from 'zod';
import { currency, customerId, minorUnits, pricedLine } from './order-line.ts';

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
});

export type PlaceOrder = z.infer<typeof placeOrder>;
