import { z } from 'zod';

export const currency = z.literal('USD');

/** Identifies a customer: opaque, no personal data in it. */
export const customerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, "-" or "_"');

/** Names of products, sizes and options in the menu: `flat-white`, `large`, `oat-milk`. */
export const menuKey = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
  .max(40);

/** Names of shops: `main`, `airport`. Whoever says nothing means the one that was there before there were others. */
export const shopId = menuKey.default('main');

export const quantity = z.int().min(1).max(100);

/** An amount of money in the currency's minor unit (cents), never a fraction. */
export const minorUnits = z.int().min(0).max(1_000_000_000);

/** A line of an order with the price that it had when the order was accepted. */
export const pricedLine = z.strictObject({
  productId: menuKey,
  name: z.string().min(1).max(100),
  size: menuKey,
  options: z.array(menuKey).max(10),
  quantity,
  unitPriceCents: minorUnits,
  lineTotalCents: minorUnits,
});

export type PricedLine = z.infer<typeof pricedLine>;
