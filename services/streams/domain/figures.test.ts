import { expect, it } from 'vitest';
import { addPayments, addShopSales, emptyAggregate, mergedAggregate } from './aggregate.ts';
import { figuresOf } from './figures.ts';

it('names the best sold products of each shop, the shops that sold most first', () => {
  const [one, other] = [emptyAggregate(), emptyAggregate()];
  addShopSales(one, 'main', 'latte', { quantity: 2, cents: 800 });
  addShopSales(other, 'main', 'mocha', { quantity: 3, cents: 900 });
  addShopSales(other, 'main', 'latte', { quantity: 2, cents: 800 });
  addShopSales(other, 'airport', 'espresso', { quantity: 9, cents: 2_700 });
  expect(figuresOf(mergedAggregate([one, other])).topProductsByShop).toEqual([
    { shopId: 'airport', topProducts: [{ productId: 'espresso', quantity: 9, salesCents: 2_700 }] },
    {
      shopId: 'main',
      topProducts: [
        { productId: 'latte', quantity: 4, salesCents: 1_600 },
        { productId: 'mocha', quantity: 3, salesCents: 900 },
      ],
    },
  ]);
});

it('tells of twenty shops and ten products of each at most', () => {
  const aggregate = emptyAggregate();
  for (let shop = 0; shop < 25; shop += 1)
    for (let product = 0; product < 12; product += 1)
      addShopSales(aggregate, `shop-${shop}`, `product-${product}`, { quantity: shop + 1, cents: 1 });
  const { topProductsByShop } = figuresOf(aggregate);
  expect(topProductsByShop).toHaveLength(20);
  expect(topProductsByShop[0]?.shopId).toBe('shop-24');
  expect(topProductsByShop[0]?.topProducts).toHaveLength(10);
});

it('tells what became of payments, by currency', () => {
  const [one, other] = [emptyAggregate(), emptyAggregate()];
  addPayments(one, 'USD', 'settled', { count: 1, cents: 820 });
  addPayments(other, 'USD', 'settled', { count: 2, cents: 180 });
  addPayments(other, 'USD', 'expired', { count: 1, cents: 410 });
  expect(figuresOf(mergedAggregate([one, other])).payments).toEqual({
    USD: { settled: { count: 3, totalCents: 1_000 }, expired: { count: 1, totalCents: 410 } },
  });
});

it('takes what was stored before there were shops, and before payments were read', () => {
  expect(figuresOf(emptyAggregate())).toMatchObject({ topProductsByShop: [], payments: {} });
});
