import type { PricedLine } from '#contracts/events/order-line.ts';
import type { PlaceOrderRequest } from '#contracts/http/orders.ts';
import { AppError, type FieldError } from '#platform/errors/app-error.ts';
import type { MenuIndex } from './menu-index.ts';

export interface PricedOrder {
  readonly lines: PricedLine[];
  readonly totalCents: number;
}

// What the contract's amounts can hold.
const mostCents = 1_000_000_000;

/**
 * Prices a request: a line is (size + options) × quantity, the total their sum, in cents.
 *
 * @throws AppError `validation-failed` naming each product, size and option that the menu does not have.
 */
export function priceOrder(menu: MenuIndex, request: PlaceOrderRequest): PricedOrder {
  const errors: FieldError[] = [];
  const lines: PricedLine[] = [];
  let totalCents = 0;
  for (const [index, item] of request.items.entries()) {
    const line = priceItem(menu, item, `body.items.${index}`, errors);
    if (!line) continue;
    lines.push(line);
    totalCents += line.lineTotalCents;
  }
  if (totalCents > mostCents) {
    errors.push({ field: 'body.items', message: `must not cost more than ${mostCents} cents together` });
  }
  const [first] = errors;
  if (first) throw new AppError('validation-failed', `${first.field} ${first.message}`, { fields: errors });
  return { lines, totalCents };
}

type Item = PlaceOrderRequest['items'][number];

function priceItem(menu: MenuIndex, item: Item, field: string, errors: FieldError[]): PricedLine | undefined {
  const { productId, size, options, quantity } = item;
  const product = menu.products.get(productId);
  if (!product) {
    errors.push({ field: `${field}.productId`, message: `"${productId}" is not on the menu` });
    return undefined;
  }
  const errorsBefore = errors.length;
  const priceOf = (prices: ReadonlyMap<string, number>, key: string, place: string): number => {
    const price = prices.get(key);
    if (price !== undefined) return price;
    const known = [...prices.keys()].join(', ') || 'nothing';
    errors.push({ field: `${field}.${place}`, message: `"${key}" is not one of: ${known}` });
    return 0;
  };
  let unitPriceCents = priceOf(product.sizePrices, size, 'size');
  for (const [index, option] of options.entries()) {
    unitPriceCents += priceOf(product.optionPrices, option, `options.${index}`);
  }
  if (errors.length > errorsBefore) return undefined;
  const lineTotalCents = unitPriceCents * quantity;
  return { productId, name: product.name, size, options, quantity, unitPriceCents, lineTotalCents };
}
