import { z } from 'zod';
import { reason } from '../events/order-commands.ts';
import {
  currency,
  customerId,
  menuKey,
  minorUnits,
  pricedLine,
  quantity,
  shopId,
} from '../events/order-line.ts';
import { orderAction, orderStatus, paymentMethod } from '../order-lifecycle.ts';

/** What a client sends to place an order. Prices are the menu's, never the client's. */
export const placeOrderRequest = z.strictObject({
  /** Who signed in is the customer. What version 0.1 had to ask for may still be said, if it is the same. */
  customerId: customerId.optional(),
  items: z
    .array(
      z.strictObject({
        productId: menuKey,
        size: menuKey,
        options: z
          .array(menuKey)
          .max(10)
          .refine((options) => new Set(options).size === options.length, 'must not name an option twice')
          .default([]),
        quantity,
      }),
    )
    .min(1)
    .max(50),
  paymentMethod: paymentMethod.default('counter'),
  /** Where it is to be made. */
  shopId,
});

/** An order as the API shows it. Times are RFC 3339 in UTC. */
export const order = z.object({
  id: z.uuid(),
  customerId,
  status: orderStatus,
  /** Grows by one with each change; 1 is the acceptance. */
  version: z.int().min(1),
  paymentMethod,
  shopId: menuKey,
  /** Until when it waits for its payment; null while that is not known yet and when it does not wait any more. */
  paymentDueAt: z.iso.datetime().nullable(),
  /** Whether its payment has to be given back, because it was not served. */
  refundDue: z.boolean(),
  currency,
  items: z.array(pricedLine),
  totalCents: minorUnits,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const orderPage = z.object({
  orders: z.array(order),
  /** Give it back as `cursor` for the next page; null at the end. */
  nextCursor: z.string().nullable(),
});

// Years that PostgreSQL does not have (0000) are refused here rather than there.
const instant = z.iso.datetime().refine((text) => text >= '1970', 'must not be before 1970');

export const orderQuery = z.strictObject({
  customerId: customerId.optional(),
  status: orderStatus.optional(),
  /** Only orders whose payment has to be given back, or only the others. */
  refundDue: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  createdFrom: instant.optional(),
  createdBefore: instant.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

/** What a barista does to an order. Payments by `crypto` are confirmed and refunded by the chain, not by a barista. */
export const orderActionRequest = z.strictObject({
  action: z.enum(['confirm-payment', 'prepare', 'mark-ready', 'complete', 'reject', 'refund']),
  reason: reason.optional(),
});

/** A command is safe in Kafka. What becomes of it shows in the order, or as a `command-refused` event. */
export const orderCommandReceipt = z.object({
  commandId: z.uuid(),
  orderId: z.uuid(),
  action: orderAction,
  requestedAt: z.iso.datetime(),
});

export type OrderActionRequest = z.infer<typeof orderActionRequest>;
export type OrderCommandReceipt = z.infer<typeof orderCommandReceipt>;
export type PlaceOrderRequest = z.infer<typeof placeOrderRequest>;
/** A request with who sent it. */
export type CustomerOrder = PlaceOrderRequest & { readonly customerId: string };
export type Order = z.infer<typeof order>;
export type OrderPage = z.infer<typeof orderPage>;
export type OrderQuery = z.infer<typeof orderQuery>;
