import { expect, test } from 'vitest';
import { UserError } from '../cli/user-error.ts';
import { durationFlag, integerFlag, numberFlag, parseFlags } from './flags.ts';

test.each([
  ['an unknown flag', ['--nope'], /--nope/],
  ['a flag without its value', ['--rate'], /--rate/],
  ['a positional', ['now'], /now/],
])('refuses %s with a remedy', (_case, args, message) => {
  const parse = () => parseFlags('traffic', args, { rate: { type: 'string' } });
  expect(parse).toThrow(UserError);
  expect(parse).toThrow(message);
});

test('reads durations and numbers', () => {
  expect(durationFlag('duration', '2m')).toBe(120_000);
  expect(numberFlag('rate', '0.5', { least: 0.1, most: 10 })).toBe(0.5);
  expect(integerFlag('seed', '7', { least: 0, most: 10 })).toBe(7);
});

test.each([
  () => durationFlag('duration', '60'),
  () => numberFlag('rate', '', { least: 0, most: 10 }),
  () => numberFlag('rate', 'fast', { least: 0, most: 10 }),
  () => numberFlag('rate', '11', { least: 0, most: 10 }),
  () => integerFlag('seed', '1.5', { least: 0, most: 10 }),
])('refuses wrong values', (read) => {
  expect(read).toThrow(UserError);
});
