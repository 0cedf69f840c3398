import { expect, test } from 'vitest';
import { dueTimes } from './restarts.ts';

test('restarts are spread over the part of a run that counts', () => {
  expect(dueTimes(3, 30_000, 70_000)).toEqual([40_000, 50_000, 60_000]);
  expect(dueTimes(0, 30_000, 70_000)).toEqual([]);
});
