import { expect, test } from 'vitest';
import { breaches, objectives } from './objectives.ts';

const all = objectives(5, 500);
const answers = (...values: (number | undefined)[]) => {
  const rest = [...values];
  return () => Promise.resolve(rest.shift());
};

test('what is within its objective is no breach, nor is what nobody asked for', async () => {
  expect(await breaches(all, answers(0, 0.4))).toEqual([]);
  expect(await breaches(all, answers(undefined, undefined))).toEqual([]);
  expect(await breaches(all, answers(Number.NaN, Number.NaN))).toEqual([]);
});

// Guard: objectives do not hold for want of telemetry.
test('what somebody asked for and nobody measured is a breach where that is asked for', async () => {
  const wanted = all.map(({ name }) => `${name}: nothing was measured`);
  expect(await breaches(all, answers(undefined, undefined), true)).toEqual(wanted);
  expect(await breaches(all, answers(Number.NaN, Number.NaN), true)).toEqual(wanted);
  expect(await breaches(all, answers(0, 0.4), true)).toEqual([]);
});

test('what is beyond it is named with both figures', async () => {
  expect(await breaches(all, answers(0.02, 0.4))).toEqual([
    'share of requests that end with 5xx: 0.02, at most 0.001',
  ]);
  expect(await breaches(all, answers(0, 0.75))).toEqual(['P95 of requests, in seconds: 0.75, at most 0.5']);
});
