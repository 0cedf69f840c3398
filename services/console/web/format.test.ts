import { expect, test } from 'vitest';
import { bytes, milliseconds, percent, rate, time } from './format.ts';

test('a time of today is hours, minutes, seconds and milliseconds', () => {
  const now = new Date();
  now.setHours(13, 4, 5, 67);
  expect(time(now.toISOString())).toMatch(/^13:04:05[.,]067$/);
});

test('a time of another day has its date', () => {
  expect(time(new Date(2024, 10, 26, 0, 4, 5, 6).getTime())).toMatch(/2024.*00:04:05[.,]006$/);
});

test.each([
  [milliseconds(0.25), '0.3 ms'],
  [milliseconds(12.4), '12 ms'],
  [milliseconds(1_500), '1.50 s'],
  [milliseconds(90_000), '1.5 min'],
  [milliseconds(null), '–'],
  [rate(0.25), '0.3/s'],
  [rate(12.4), '12/s'],
  [percent(0.001), '0.10 %'],
  [percent(1), '100.0 %'],
  [bytes(0), '0 B'],
  [bytes(1_536), '1.5 KiB'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
