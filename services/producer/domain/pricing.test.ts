import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlaceOrderRequest } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { menu, request } from '../tests/fakes.ts';
import { indexMenu } from './menu-index.ts';
import { priceOrder } from './pricing.ts';

const index = indexMenu(menu);
const order = (...items: PlaceOrderRequest['items']): PlaceOrderRequest => ({
  customerId: 'c',
  items,
  paymentMethod: 'counter',
  shopId: 'main',
});
const latte = { productId: 'latte', size: 'large', options: [], quantity: 1 };

function errorOf(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('no AppError');
}

describe('priceOrder', () => {
  test('adds size and options, times the quantity', () => {
    expect(priceOrder(index, request)).toEqual({
      lines: [
        {
          productId: 'latte',
          name: 'Caffè latte',
          size: 'large',
          options: ['oat-milk'],
          quantity: 2,
          unitPriceCents: 570,
          lineTotalCents: 1140,
        },
      ],
      totalCents: 1140,
    });
  });

  test('sums up: the total is that of the lines, a line that of its parts', () => {
    const [product] = menu.products as [(typeof menu.products)[0]];
    const item = fc.record({
      productId: fc.constant('latte'),
      size: fc.constantFrom(...product.sizes.map(({ id }) => id)),
      options: fc.subarray(product.options.map(({ id }) => id)),
      quantity: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 50 }), (items) => {
        const { lines, totalCents } = priceOrder(index, order(...items));
        expect(totalCents).toBe(lines.reduce((sum, line) => sum + line.unitPriceCents * line.quantity, 0));
        for (const [at, line] of lines.entries()) {
          const size = product.sizes.find(({ id }) => id === items[at]?.size)?.priceCents as number;
          const options = product.options.filter(({ id }) => items[at]?.options.includes(id));
          expect(line.unitPriceCents).toBe(options.reduce((sum, option) => sum + option.priceCents, size));
          expect(line.lineTotalCents).toBe(line.unitPriceCents * line.quantity);
        }
      }),
    );
  });

  test('takes what costs nothing', () => {
    expect(
      priceOrder(index, order({ productId: 'water', size: 'glass', options: [], quantity: 3 })).totalCents,
    ).toBe(0);
  });

  test('names everything that is not on the menu', () => {
    const error = errorOf(() =>
      priceOrder(
        index,
        order(
          latte,
          { ...latte, productId: 'tea' },
          { ...latte, size: 'huge', options: ['oat-milk', 'gold'] },
          { productId: 'water', size: 'glass', options: ['ice'], quantity: 1 },
        ),
      ),
    );
    expect(error.code).toBe('validation-failed');
    expect(error.fields).toEqual([
      { field: 'body.items.1.productId', message: '"tea" is not on the menu' },
      { field: 'body.items.2.size', message: '"huge" is not one of: small, large' },
      { field: 'body.items.2.options.1', message: '"gold" is not one of: oat-milk, extra-shot' },
      { field: 'body.items.3.options.0', message: '"ice" is not one of: nothing' },
    ]);
  });

  test('knows only its own keys', () => {
    const error = errorOf(() =>
      priceOrder(index, order({ ...latte, productId: 'constructor', size: 'to-string' })),
    );
    expect(error.fields?.[0]?.field).toBe('body.items.0.productId');
  });

  test('bounds the total', () => {
    const dear = indexMenu({
      ...menu,
      products: [
        {
          id: 'gold',
          name: 'Gold',
          category: 'cold',
          sizes: [{ id: 'bar', priceCents: 900_000_000 }],
          options: [],
        },
      ],
    });
    const bar = { productId: 'gold', size: 'bar', options: [], quantity: 1 };
    expect(priceOrder(dear, order(bar)).totalCents).toBe(900_000_000);
    expect(errorOf(() => priceOrder(dear, order(bar, bar))).fields?.[0]?.field).toBe('body.items');
  });
});
