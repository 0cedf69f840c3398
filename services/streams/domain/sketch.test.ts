import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addValue, countOf, mergeSketch, quantile, relativeError, type Sketch } from './sketch.ts';

const durations = fc.array(fc.integer({ min: 0, max: 30 * 24 * 3_600_000 }), {
  minLength: 1,
  maxLength: 200,
});

function sketchOf(values: readonly number[]): Sketch {
  const sketch: Sketch = {};
  for (const value of values) addValue(sketch, value);
  return sketch;
}

// Guard: the width of the bins.
it('knows each quantile to its relative error', () => {
  const property = fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
    const sorted = values.toSorted((left, right) => left - right);
    const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
    expect(Math.abs(quantile(sketchOf(values), q) - exact)).toBeLessThanOrEqual(
      exact * relativeError * 1.0001,
    );
  });
  fc.assert(property);
});

it('merges without any loss, in whatever order', () => {
  const property = fc.property(durations, durations, (left, right) => {
    const [merged, reversed] = [sketchOf(left), sketchOf(right)];
    mergeSketch(merged, sketchOf(right));
    mergeSketch(reversed, sketchOf(left));
    expect(merged).toEqual(sketchOf([...left, ...right]));
    expect(reversed).toEqual(merged);
    expect(countOf(merged)).toBe(left.length + right.length);
  });
  fc.assert(property);
});

it('is the same after a trip through JSON', () => {
  const sketch = sketchOf([0, 1, 5, 1_000, 86_400_000]);
  expect(JSON.parse(JSON.stringify(sketch))).toEqual(sketch);
});

it('stays small, whatever durations there are', () => {
  const values = Array.from({ length: 100_000 }, (_, index) => Math.floor(1.001 ** (index % 21_700)));
  expect(Object.keys(sketchOf(values)).length).toBeLessThan(1_100);
});

it('says 0 when it is empty', () => expect(quantile({}, 0.5)).toBe(0));
