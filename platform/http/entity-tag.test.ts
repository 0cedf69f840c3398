import { expect, test } from 'vitest';
import { entityTagOf, hasEntityTag } from './entity-tag.ts';

test('a tag is of its text and quoted', () => {
  expect(entityTagOf('a')).toMatch(/^"[\w-]{22}"$/);
  expect(entityTagOf('a')).not.toBe(entityTagOf('b'));
});

test.each([
  [undefined, false],
  ['', false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b","c"', false],
  ['a', false],
  ['*', true],
])('If-None-Match %j has "a": %s', (header, expected) => {
  expect(hasEntityTag(header, '"a"')).toBe(expected);
});
