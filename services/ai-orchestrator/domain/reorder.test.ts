import { expect, it } from 'vitest';
import { reorder } from './reorder.ts';

const milk = { onHand: 30_000, onOrder: 0, pack: 10_000, leadDays: 1 };
const steady = { daily: Array.from({ length: 10 }, () => 8_000), error: 500 };

it('orders nothing while there is enough until the next order comes', () => {
  expect(reorder({ ...milk, onHand: 60_000 }, steady).quantity).toBe(0);
});

it('orders whole packs, enough for the time until the order after it', () => {
  const { quantity, reorderPoint } = reorder({ ...milk, onHand: 20_000 }, steady);
  expect(quantity % milk.pack).toBe(0);
  expect(20_000 + quantity).toBeGreaterThanOrEqual(reorderPoint + 3 * 8_000);
});

it('counts what is on its way', () => {
  expect(reorder({ ...milk, onHand: 20_000, onOrder: 40_000 }, steady).quantity).toBe(0);
});

it('keeps more the less a forecast can be trusted', () => {
  const sure = reorder(milk, { ...steady, error: 0 }).reorderPoint;
  expect(sure).toBe(24_000);
  expect(reorder(milk, { ...steady, error: 4_000 }).reorderPoint).toBeGreaterThan(sure + 10_000);
});
