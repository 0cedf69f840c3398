import { expect, it } from 'vitest';
import type { PricedLine } from '#contracts/events/order-line.ts';
import { consumptionOf } from './consumption.ts';
import { homeShop } from './home-shop.ts';

const recipes = new Map([['latte', { 'coffee-beans': 18, milk: 240 }]]);
const line = (more: Partial<PricedLine>): PricedLine => ({
  productId: 'latte',
  name: 'Latte',
  size: 'medium',
  options: [],
  quantity: 1,
  unitPriceCents: 470,
  lineTotalCents: 470,
  ...more,
});

it('takes what goes into the lines, by size and number', () => {
  const used = consumptionOf([line({ size: 'large', quantity: 2 }), line({ size: 'small' })], recipes);
  expect(Object.fromEntries(used)).toEqual({ 'coffee-beans': 60, milk: 804 });
});

it('takes oat drink in the place of milk, and more coffee for an extra shot', () => {
  const used = consumptionOf([line({ options: ['oat-milk', 'extra-shot'] })], recipes);
  expect(Object.fromEntries(used)).toEqual({ 'coffee-beans': 27, 'oat-drink': 240 });
});

it('takes nothing for what has no recipe', () => {
  expect(consumptionOf([line({ productId: 'surprise' })], recipes).size).toBe(0);
});

it('gives each customer one shop, and moves only those of a shop that closes', () => {
  const customers = Array.from({ length: 300 }, (_, index) => `customer-${index}`);
  const before = customers.map((id) => homeShop(id, ['harbour', 'station', 'museum']));
  const after = customers.map((id) => homeShop(id, ['harbour', 'station']));
  expect(new Set(before).size).toBe(3);
  expect(before.every((shop, index) => shop === 'museum' || shop === after[index])).toBe(true);
  expect(() => homeShop('ada', [])).toThrow(/no shop/);
});
