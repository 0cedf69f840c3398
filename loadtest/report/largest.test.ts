import { expect, test } from 'vitest';
import { largest } from './largest.ts';

const series = (name: string, ...ys: readonly number[]) => ({
  name,
  points: ys.map((y, x) => [x, y] as const),
});

test('as many series as there is room for are all drawn', () => {
  const two = [series('a', 1), series('b', 2)];
  expect(largest(two, 2)).toEqual(two);
});

test('of more, the largest are drawn and the others added up', () => {
  const drawn = largest(
    [series('a', 1, 1), series('b', 9, 9), series('c', 2, 3), series('d', 5, 0, 8), series('e', 1)],
    3,
  );
  expect(drawn).toEqual([series('b', 9, 9), series('d', 5, 0, 8), series('others (3)', 4, 4)]);
});
