import { expect, it } from 'vitest';
import { parseTask } from './config.ts';

it('prepares everything unless it is told to activate a colour', () => {
  expect(parseTask([])).toEqual({});
  expect(parseTask(['activate', 'green'])).toEqual({ activate: 'green' });
});

it.each([[['activate']], [['activate', 'red']], [['green']], [['activate', 'green', 'blue']]])(
  'refuses %j, and says what there is',
  (words) => {
    expect(() => parseTask(words)).toThrow('activate and one of blue, green');
  },
);
