import { z } from 'zod';
import { currency, customerId, minorUnits, pricedLine } from './order-line.ts';

export const orderAcceptedType = 'dev.gocoffee.order.accepted.v1';
export const orderConflictType = 'dev.gocoffee.order.conflict.v1';

const common = {
  orderId: z.uuid(),
  /** Grows by one with each change of the order; a consumer drops what is not newer. */
  orderVersion: z.int().min(1),
  customerId,
};

/** The order is in the order book. */
export const orderAccepted = z.object({
  ...common,
  status: z.literal('accepted'),
  currency,
  lines: z.array(pricedLine).min(1).max(50),
  totalCents: minorUnits,
  placedAt: z.iso.datetime(),
  acceptedAt: z.iso.datetime(),
});

/** A second, different request came under the Idempotency-Key of this order; the order stays as it was. */
export const orderConflict = z.object({
  ...common,
  fingerprint: z.string(),
  conflictingFingerprint: z.string(),
  recordedAt: z.iso.datetime(),
});

export type OrderAccepted = z.infer<typeof orderAccepted>;
export type OrderConflict = z.infer<typeof orderConflict>;
