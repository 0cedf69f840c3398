import { expect, it } from 'vitest';
import { planTransfers, type ShopStock } from './transfers.ts';

const milkAt = (shopId: string, onHand: number): ShopStock => ({
  shopId,
  ingredientId: 'milk',
  onHand,
  reorderPoint: 100,
});
const minutes = (from: string, to: string): number => (from === 'near' || to === 'near' ? 5 : 50);

it('helps who runs short from the nearest shop that has plenty', () => {
  const stock = [milkAt('short', 20), milkAt('far', 1_000), milkAt('near', 1_000)];
  expect(planTransfers(stock, minutes)).toEqual([
    { from: 'near', to: 'short', ingredientId: 'milk', quantity: 180 },
  ]);
});

it('takes from several shops, and from none so much that it runs short itself', () => {
  const stock = [milkAt('short', 20), milkAt('far', 280), milkAt('near', 250)];
  expect(planTransfers(stock, minutes)).toEqual([
    { from: 'near', to: 'short', ingredientId: 'milk', quantity: 50 },
    { from: 'far', to: 'short', ingredientId: 'milk', quantity: 80 },
  ]);
});

it('moves nothing when nobody runs short, or when nobody has plenty', () => {
  expect(planTransfers([milkAt('near', 100), milkAt('far', 5_000)], minutes)).toEqual([]);
  expect(planTransfers([milkAt('near', 10), milkAt('far', 150)], minutes)).toEqual([]);
});
