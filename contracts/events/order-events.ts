import { z } from 'zod';
import { type OrderStatus, orderAction, orderStatus, paymentMethod } from '../order-lifecycle.ts';
import { actor, reason } from './order-commands.ts';
import { currency, customerId, minorUnits, pricedLine, shopId } from './order-line.ts';

export const orderAcceptedType = 'dev.gocoffee.order.accepted.v1';
export const orderConflictType = 'dev.gocoffee.order.conflict.v1';
export const orderRefundDueType = 'dev.gocoffee.order.refund-due.v1';
export const commandRefusedType = 'dev.gocoffee.order.command-refused.v1';

/** `ce_type` of the event that an order has reached a status: `dev.gocoffee.order.paid.v1`. */
export const statusEventType = (status: OrderStatus): string => `dev.gocoffee.order.${status}.v1`;

const common = {
  orderId: z.uuid(),
  /** Grows by one with each change of the order; a consumer drops what is not newer. */
  orderVersion: z.int().min(1),
  customerId,
  /** `ce_id` of the command that caused it; version 0.1 did not say. */
  commandId: z.uuid().optional(),
};

/** The order is in the order book. */
export const orderAccepted = z.object({
  ...common,
  status: z.literal('accepted'),
  currency,
  lines: z.array(pricedLine).min(1).max(50),
  totalCents: minorUnits,
  /** Version 0.1 knew only the counter. */
  paymentMethod: paymentMethod.default('counter'),
  shopId,
  placedAt: z.iso.datetime(),
  acceptedAt: z.iso.datetime(),
});

/** The order has reached another status, or, as `refund-due`, its payment came when it could not be served any more. */
export const orderMoved = z.object({
  ...common,
  status: orderStatus,
  previousStatus: orderStatus,
  /** Whether its payment was taken and not given back. */
  paid: z.boolean(),
  /** Whether that payment has to be given back. */
  refundDue: z.boolean(),
  paymentMethod,
  currency,
  totalCents: minorUnits,
  action: orderAction,
  actor,
  reason: reason.optional(),
  occurredAt: z.iso.datetime(),
});

/** A second, different request came under the Idempotency-Key of this order; the order stays as it was. */
export const orderConflict = z.object({
  ...common,
  fingerprint: z.string(),
  conflictingFingerprint: z.string(),
  recordedAt: z.iso.datetime(),
});

/**
 * Why a command changed nothing.
 * - `not-allowed`: not in the order's status.
 * - `already-done`: it has happened before.
 * - `wrong-payment-method`: crypto payments are confirmed and refunded by the chain only, the others by a barista only.
 * - `unknown-order`: there is no such order.
 */
export const refusalCode = z.enum(['not-allowed', 'already-done', 'wrong-payment-method', 'unknown-order']);
export type RefusalCode = z.infer<typeof refusalCode>;

/** A command was taken and could not be applied; the order, if there is one, stays as it was. */
export const commandRefused = z.object({
  orderId: common.orderId,
  commandId: z.uuid(),
  action: orderAction,
  actor,
  code: refusalCode,
  /** The order's status and version; absent when there is no order. */
  status: orderStatus.optional(),
  orderVersion: common.orderVersion.optional(),
  recordedAt: z.iso.datetime(),
});

export type OrderAccepted = z.infer<typeof orderAccepted>;
export type OrderMoved = z.infer<typeof orderMoved>;
export type OrderConflict = z.infer<typeof orderConflict>;
export type CommandRefused = z.infer<typeof commandRefused>;
