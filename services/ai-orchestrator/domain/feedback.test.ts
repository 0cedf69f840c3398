import { expect, it } from 'vitest';
import { analyseFeedback } from './feedback.ts';

it.each([
  ['The latte was cold and the barista was rude. Worst coffee ever.', -1, ['temperature', 'staff']],
  ['Wonderful flat white, and such friendly staff!', 1, ['staff']],
  ['The coffee was not good, and I waited 30 minutes in the queue.', -1, ['wait']],
])('tells what a guest thinks: %s', (text, sign, themes) => {
  const found = analyseFeedback(text);
  expect(Math.sign(found.sentiment)).toBe(sign);
  expect(found.themes).toEqual(expect.arrayContaining(themes));
});

it('finds nothing where nothing is', () => {
  expect(analyseFeedback('...')).toEqual({ sentiment: 0, themes: [] });
});
