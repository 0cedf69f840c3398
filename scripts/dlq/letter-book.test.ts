import { describe, expect, it } from 'vitest';
import { LetterBook } from './letter-book.ts';
import { audited, returnedLetter, sampleLetter } from './sample-letters.ts';

const letter = sampleLetter(0, 1);

describe('the state of a letter', () => {
  it.each([
    ['new', 'without an audit entry', new LetterBook([letter], [])],
    ['new', 'after a refused replay', new LetterBook([letter], [audited(letter, 'replay', 'refused')])],
    [
      'new',
      'after a replay that may not be written',
      new LetterBook([letter], [audited(letter, 'replay', 'unknown')]),
    ],
    ['replayed', 'after a replay', new LetterBook([letter], [audited(letter, 'replay')])],
    [
      'returned',
      'whose replay failed',
      new LetterBook([letter, returnedLetter(letter, 2)], [audited(letter, 'replay')]),
    ],
    [
      'returned',
      'whose replay failed before it was noted',
      new LetterBook([letter, returnedLetter(letter, 2)], []),
    ],
    [
      'purged',
      'that was given up',
      new LetterBook([letter], [audited(letter, 'replay'), audited(letter, 'purge')]),
    ],
  ])('is %s %s', (state, _case, book) => {
    expect(book.stateOf(letter)).toBe(state);
  });

  it('of the letter that came back is new', () => {
    const returned = returnedLetter(letter, 2);
    expect(new LetterBook([letter, returned], []).stateOf(returned)).toBe('new');
  });
});

it('lists letters by topic, partition and offset as numbers', () => {
  const letters = [sampleLetter(1, 3), sampleLetter(0, 10), sampleLetter(0, 9)];
  expect(new LetterBook(letters, []).letters.map(({ position }) => position)).toEqual([
    'orders.v1.dlq/0/9',
    'orders.v1.dlq/0/10',
    'orders.v1.dlq/1/3',
  ]);
});

describe('what may be deleted', () => {
  const letters = [sampleLetter(0, 5), sampleLetter(0, 6), sampleLetter(0, 7)] as const;
  const prefixes = (...purged: number[]): string[] => {
    const entries = letters.filter((_, index) => purged.includes(index)).map((one) => audited(one, 'purge'));
    return new LetterBook([...letters], entries).purgedPrefixes().map(({ offset }) => offset);
  };

  it.each([
    ['nothing purged', [], []],
    ['behind a kept one', [1, 2], []],
    ['the first', [0], ['6']],
    ['the first two', [0, 1], ['7']],
    ['around a kept one', [0, 2], ['6']],
    ['all', [0, 1, 2], ['8']],
  ])('%s', (_case, purged, expected) => {
    expect(prefixes(...purged)).toEqual(expected);
  });

  it('is not what was only replayed', () => {
    const replayed = letters.map((one) => audited(one, 'replay'));
    expect(new LetterBook([...letters], replayed).purgedPrefixes()).toEqual([]);
  });
});
