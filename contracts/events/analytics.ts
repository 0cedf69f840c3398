import { z } from 'zod';
import { currency, menuKey } from './order-line.ts';

/** `ce_type` of a window's final figures. */
export const windowClosedType = 'dev.gocoffee.analytics.window-closed.v1';
/** `ce_type` of figures that are in no window. */
export const untimelyType = 'dev.gocoffee.analytics.untimely.v1';

/** `ce_type` of something unusual. */
export const anomalyType = 'dev.gocoffee.analytics.anomaly.v1';

/** Windows of event time; a sliding one begins again each `slideMs`, a tumbling one when the one before it has ended. */
export const windowKinds = {
  'tumbling-10s': { sizeMs: 10_000, slideMs: 10_000 },
  'tumbling-1m': { sizeMs: 60_000, slideMs: 60_000 },
  'sliding-5m': { sizeMs: 300_000, slideMs: 10_000 },
} as const;
export type WindowKind = keyof typeof windowKinds;
export const windowKind = z.enum(['tumbling-10s', 'tumbling-1m', 'sliding-5m']);

const count = z.int().min(0);

/**
 * How far orders came: how many reached each step in the window. `settled` is between the two for orders that are paid on a
 * chain: its money is there, and the order book does not know it yet.
 */
export const funnelSteps = [
  'placed',
  'accepted',
  'awaiting-payment',
  'settled',
  'paid',
  'preparing',
  'ready',
  'completed',
  'cancelled',
  'expired',
  'rejected',
  'refunded',
] as const;
export type FunnelStep = (typeof funnelSteps)[number];

/**
 * What orders spend their time with.
 * - `acceptance`: from the request until it is in the order book.
 * - `payment`: from then on until it is paid.
 * - `waiting`: until somebody begins.
 * - `preparation`: until it is ready.
 * - `pickup`: until it is handed over.
 * - `total`: from the order book to the hand-over.
 * - `settlement`: from the invoice of a payment on a chain until it is settled there; a part of `payment`.
 */
export const stages = [
  'acceptance',
  'payment',
  'waiting',
  'preparation',
  'pickup',
  'total',
  'settlement',
] as const;
export type Stage = (typeof stages)[number];

/** How long a stage took, in milliseconds, right to 1 %. */
export const stageDurations = z.object({
  count: z.int().min(1),
  p50Ms: z.number().min(0),
  p95Ms: z.number().min(0),
  p99Ms: z.number().min(0),
});

export const productSales = z.object({
  productId: menuKey,
  quantity: count,
  /** Of the accepted orders' lines, in cents. */
  salesCents: count,
});

/** What becomes of payments on chains: each payment counts once for a step. What is `refunded` was `settled` before. */
export const paymentSteps = ['invoiced', 'settled', 'refunded', 'expired'] as const;
export type PaymentStep = (typeof paymentSteps)[number];

/** Payments and what they are worth together, in the minor unit of their currency. */
export const paymentTotals = z.object({ count, totalCents: count });

/** Figures of a stretch of event time. */
export const figures = z.object({
  /** Orders that the order book accepted, and the items in them. */
  orders: count,
  items: count,
  /** What was paid, and what of payments was given back, in cents. */
  revenueCents: count,
  refundedCents: count,
  funnel: z.partialRecord(z.enum(funnelSteps), count),
  /** Stages that an order ended in the window. */
  stages: z.partialRecord(z.enum(stages), stageDurations),
  /** The best sold first. */
  topProducts: z.array(productSales).max(10),
  /** The same by shop, of the shops that sold most. */
  topProductsByShop: z
    .array(z.object({ shopId: menuKey, topProducts: z.array(productSales).max(10) }))
    .max(20),
  /** Payments on chains by currency, surpluses included; those of older versions tell of none. */
  payments: z.partialRecord(currency, z.partialRecord(z.enum(paymentSteps), paymentTotals)).default({}),
});
export type Figures = z.infer<typeof figures>;

/** A window's final figures (topic analytics.v1, keyed by its kind). The event's id is the same for a repeat. */
export const windowClosed = figures.extend({
  kind: windowKind,
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
});
export type WindowClosed = z.infer<typeof windowClosed>;

/**
 * Figures that came too late for their windows, or from a clock that is ahead (topic analytics.v1, keyed by the order).
 * Windows and these together are all that happened.
 */
export const untimely = z.object({
  orderId: z.uuid(),
  occurredAt: z.iso.datetime(),
  reason: z.enum(['late', 'future']),
  figures,
});
export type Untimely = z.infer<typeof untimely>;

/**
 * Something unusual in a window of ten seconds (topic analytics.v1, keyed by its kind).
 * - `burst`: far more orders than in the five minutes before.
 * - `velocity`: more orders of one customer, the `subject`, than a person places.
 * - `suspicious-activity`: a name or an address (`name/…`, `address/…`, pseudonyms) was not let in more often than a
 *   person mistypes.
 */
export const anomaly = z.object({
  kind: z.enum(['burst', 'velocity', 'suspicious-activity']),
  subject: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  observed: count,
  /** What it would have been usual up to. */
  threshold: count,
});
export type Anomaly = z.infer<typeof anomaly>;
