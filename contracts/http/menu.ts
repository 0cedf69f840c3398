import { z } from 'zod';
import { currency, menuKey, minorUnits } from '../events/order-line.ts';

/** The menu: each product with its price a size, and options that add to the price. */
export const menu = z.object({
  version: z.int().min(1),
  currency,
  products: z.array(
    z.object({
      id: menuKey,
      name: z.string(),
      category: menuKey,
      sizes: z.array(z.object({ id: menuKey, priceCents: minorUnits })).min(1),
      options: z.array(z.object({ id: menuKey, name: z.string(), priceCents: minorUnits })),
    }),
  ),
});

export type Menu = z.infer<typeof menu>;
