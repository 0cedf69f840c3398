import type { PricedLine } from '#contracts/events/order-line.ts';
import type { Cart } from './evidence.ts';

/** Makes lines comparable as text: the order of items counts, the order of a line's options does not. */
export function cartOf(lines: readonly PricedLine[], totalCents: number): Cart {
  const items = lines.map(({ productId, size, options, quantity }) =>
    [`${quantity}×`, productId, size, ...options.toSorted()].join(' '),
  );
  const prices = lines.map(({ unitPriceCents, lineTotalCents }) => `${unitPriceCents}/${lineTotalCents}`);
  return { cart: items.join(', '), priced: `${items.join(', ')} at ${prices.join(', ')}`, totalCents };
}
