import { z } from 'zod';
import { currency, customerId, menuKey, minorUnits, pricedLine, quantity } from '../events/order-line.ts';

export const orderStatus = z.enum(['accepted']);

/** What a client sends to place an order. Prices are the menu's, never the client's. */
export const placeOrderRequest = z.strictObject({
  customerId,
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
});

/** An order as the API shows it. Times are RFC 3339 in UTC. */
export const order = z.object({
  id: z.uuid(),
  customerId,
  status: orderStatus,
  /** Grows by one with each change; 1 is the acceptance. */
  version: z.int().min(1),
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
  createdFrom: instant.optional(),
  createdBefore: instant.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

export type PlaceOrderRequest = z.infer<typeof placeOrderRequest>;
export type Order = z.infer<typeof order>;
export type OrderPage = z.infer<typeof orderPage>;
export type OrderQuery = z.infer<typeof orderQuery>;
