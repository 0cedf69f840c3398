import { expect, test } from 'vitest';
import { stratifiedRatio, type Window } from './strata.ts';

const windows = (...pairs: readonly (readonly [accepted: number, workMs: number])[]): Window[] =>
  pairs.map(([accepted, workMs]) => ({ accepted, workMs }));

test('compares what was measured while the machine was equally fast', () => {
  // It was slow mostly with it, and fast mostly without: of all that was accepted the ratio would be 0.56.
  const on = windows([500, 1], [200, 2], [220, 2], [180, 2]);
  const off = windows([500, 1], [520, 1], [480, 1], [200, 2]);
  expect(stratifiedRatio(on, off)).toEqual({ ratio: 1, compared: 0.5 });
});

test('shows what is lost at every speed', () => {
  const { ratio } = stratifiedRatio(windows([400, 1], [160, 2]), windows([500, 1], [200, 2]));
  expect(ratio).toBeCloseTo(0.8);
});

test('leaves out speeds that one kind had only', () => {
  const on = windows([400, 1], [100, 1.5]);
  const off = windows([500, 1], [900, 0.5]);
  expect(stratifiedRatio(on, off)).toEqual({ ratio: 0.8, compared: 0.5 });
});

test('is no number when the machine was never equally fast', () => {
  expect(stratifiedRatio(windows([400, 1]), windows([500, 2]))).toEqual({ ratio: Number.NaN, compared: 0 });
});
