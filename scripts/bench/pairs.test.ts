import { expect, test } from 'vitest';
import { measurePairs } from './pairs.ts';

/** Rounds that say nothing by their numbers, counted from 1, and what was measured. */
async function measured(wanted: number, saysNothing: readonly number[]) {
  const order: string[] = [];
  const invalid: number[] = [];
  const pairs = await measurePairs({
    wanted,
    measure: async (kind, pair) => {
      order.push(`${kind} ${pair}`);
      return order.length;
    },
    isValid: (round) => !saysNothing.includes(round),
    onInvalid: (pair) => invalid.push(pair),
  });
  return { order, invalid, pairs };
}

test('each is the first of a pair in turn', async () => {
  const { order, pairs } = await measured(3, []);
  expect(order).toEqual(['off 1', 'on 1', 'on 2', 'off 2', 'off 3', 'on 3']);
  expect(pairs).toEqual([
    { off: 1, on: 2 },
    { on: 3, off: 4 },
    { off: 5, on: 6 },
  ]);
});

test('a pair is measured again when one of its rounds says nothing', async () => {
  const { invalid, pairs } = await measured(2, [1, 4]);
  expect(invalid).toEqual([1, 2]);
  expect(pairs).toEqual([
    { off: 5, on: 6 },
    { on: 7, off: 8 },
  ]);
});

test('those that say nothing are among the pairs when there are too many of them', async () => {
  const { invalid, pairs } = await measured(2, [1, 5, 7]);
  expect(invalid).toEqual([1, 3, 4]);
  expect(pairs).toEqual([
    { on: 3, off: 4 },
    { off: 1, on: 2 },
  ]);
});
