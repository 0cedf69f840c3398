import { describe, expect, it } from 'vitest';
import { LetterBook, letterStates } from './letter-book.ts';
import { audited, sampleLetter } from './sample-letters.ts';
import { digestOf, parseSelection, requireDigest, type SelectionFlags, select } from './selection.ts';

const letters = [sampleLetter(0, 1), sampleLetter(0, 2), sampleLetter(3, 1)] as const;
const book = new LetterBook([...letters], [audited(letters[1], 'replay')]);
const chosen = (flags: SelectionFlags, positions: string[] = []): string[] =>
  select(book, parseSelection(flags, positions, letterStates, Date.UTC(2026, 0, 1, 0, 0, 2))).map(
    ({ position }) => position.replace('orders.v1.dlq/', ''),
  );

describe('selection', () => {
  it.each<[string, SelectionFlags, string[]]>([
    ['everything', {}, ['0/1', '0/2', '3/1']],
    ['a dead letter topic', { topic: 'orders.v1.dlq' }, ['0/1', '0/2', '3/1']],
    ['the topic behind it', { topic: 'orders.v1' }, ['0/1', '0/2', '3/1']],
    ['another topic', { topic: 'payments.v1' }, []],
    ['since a time', { since: '2026-01-01T00:00:02Z' }, ['0/2']],
    ['since a while ago', { since: '500ms' }, ['0/2']],
    ['until a time', { until: '2026-01-01T00:00:01Z' }, ['0/1', '3/1']],
    ['an error', { error: 'failed' }, []],
    ['a key', { key: 'order-3-1' }, ['3/1']],
    ['a state', { state: 'replayed' }, ['0/2']],
    ['several at once', { state: 'new', error: 'invalid-data', key: 'order-0-1' }, ['0/1']],
  ])('by %s', (_what, flags, expected) => {
    expect(chosen(flags)).toEqual(expected);
  });

  it('by name', () => expect(chosen({}, ['orders.v1.dlq/0/2'])).toEqual(['0/2']));

  it.each<[SelectionFlags, string[]]>([
    [{ since: 'yesterday' }, []],
    [{ state: 'lost' }, []],
    [{}, ['orders.v1/0/2']],
  ])('refuses %j %j', (flags, positions) => {
    expect(() => chosen(flags, positions)).toThrow();
  });
});

it('has another digest when a letter comes or goes', () => {
  const digests = [letters, letters.slice(1), [...letters, sampleLetter(3, 2)]].map(digestOf);
  expect(new Set(digests).size).toBe(3);
  expect(digestOf(select(book, parseSelection({}, [], letterStates)))).toBe(digests[0]);
});

it('has another digest when a letter is another one', () => {
  expect(digestOf([letters[0]])).not.toBe(digestOf([letters[1]]));
});

describe('a purge', () => {
  it('is confirmed by the digest of what was listed', () => {
    expect(() => requireDigest(letters, digestOf(letters))).not.toThrow();
  });

  it('is refused when other letters have come since they were listed', () => {
    const listed = digestOf(letters);
    expect(() => requireDigest([...letters, sampleLetter(3, 2)], listed)).toThrow(
      /other letters came or went/,
    );
  });
});
