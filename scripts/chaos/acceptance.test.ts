import { expect, it } from 'vitest';
import { Acceptance } from './acceptance.ts';

it('measures the longest time without an answer within a window', () => {
  const acceptance = new Acceptance(0);
  acceptance.observe(1, 100);
  acceptance.observe(2, 5_000);
  const window = acceptance.open(6_000);
  acceptance.observe(2, 6_500);
  acceptance.observe(3, 7_000);
  acceptance.observe(3, 9_000);
  acceptance.observe(4, 9_500);
  // What was before the window does not count, nor what is after it.
  expect(window.close()).toBe(2_500);
  acceptance.observe(4, 30_000);
  expect(window.close()).toBe(2_500);
  expect(acceptance.cameAfter(9_400)).toBe(true);
  expect(acceptance.cameAfter(9_500)).toBe(false);
});

it('counts a time that has not ended yet', () => {
  const acceptance = new Acceptance(0);
  const window = acceptance.open(1_000);
  acceptance.observe(0, 4_000);
  expect(window.close()).toBe(3_000);
});

it('waits for nobody when the last customer has gone', () => {
  const acceptance = new Acceptance(0);
  expect(acceptance.cameAfter(0)).toBe(false);
  acceptance.end();
  expect(acceptance.cameAfter(0)).toBe(true);
});
