import { expect, test } from 'vitest';
import { checkpointsOf, gates, rawRatio, storedRatios } from './bench-core.ts';

test('costs are told with a hundredth, a tenth and all of the orders stored', () => {
  expect(checkpointsOf(10_000_000)).toEqual([100_000, 1_000_000, 10_000_000]);
  expect(checkpointsOf(1_000_000)).toEqual([10_000, 100_000, 1_000_000]);
  // Of so few the orders of the measurement are the most.
  expect(checkpointsOf(10_000)).toEqual([10_000]);
});

test.each([
  [1_000_000, 1.1],
  [10_000_000, 1.2],
])('with %i stored an order may cost %d times as much', (stored, most) => {
  const figures = (cost: number) => [
    { name: 'orders stored', value: stored, unit: '' },
    { name: rawRatio, value: 0.8, unit: '' },
    ...Object.values(storedRatios).map((name) => ({ name, value: cost, unit: '' })),
  ];
  expect(gates(figures(most))).toEqual([]);
  expect(gates(figures(most + 0.01))).toHaveLength(2);
});
