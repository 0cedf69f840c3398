import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFault, scanJson } from './json-scan.ts';

const limits = { maxDepth: 32, maxElements: 1000 };

function faultOf(text: string): JsonFault | undefined {
  try {
    scanJson(text, limits);
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('scanJson', () => {
  test('takes every JSON text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        fc.pre(!/\\u(?:0000|d[89a-f])/.test(JSON.stringify(value)));
        expect(faultOf(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });

  test('calls broken what JSON.parse refuses, and nothing else', () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', ':', '\\', '0', '-', 'e', '\u0001', '\n'),
      )
      .map(([text, at, inserted]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + inserted + text.slice(place + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(faultOf(text)?.kind === 'broken').toBe(!parses(text) && faultOf(text)?.kind !== 'refused');
        if (parses(text)) expect(faultOf(text)?.kind).not.toBe('broken');
      }),
      { numRuns: 2000 },
    );
  });

  // PostgreSQL has no place for them, in text and in jsonb: they would be an error of ours.
  test.each([
    [String.raw`{"a":["x","\u0000"]}`, 'body.a.1'],
    [String.raw`{"a":{"b\u0000":1}}`, 'body.a'],
    [String.raw`{"a":"\ud800"}`, 'body.a'],
    [String.raw`{"a":"\udc00\ud800"}`, 'body.a'],
  ])('refuses what cannot be stored: %s', (text, field) => {
    expect(faultOf(text)).toMatchObject({ kind: 'refused', field: { field } });
  });

  test('takes a pair of surrogates, written as escapes', () => {
    expect(faultOf(String.raw`{"a":"\ud83d\ude00"}`)).toBeUndefined();
  });

  test.each([
    ['', 'ends too early at position 0 (line 1, column 1)'],
    ['   ', 'ends too early at position 3 (line 1, column 4)'],
    ['{"a": abc}', 'is not JSON at position 6 (line 1, column 7)'],
    ['{\n  "a": 1,\n}', 'is not JSON at position 12 (line 3, column 1)'],
    ['[1,]', 'is not JSON at position 3 (line 1, column 4)'],
    ['{"a" 1}', 'is not JSON at position 5 (line 1, column 6)'],
    ['{"a":1', 'ends too early at position 6 (line 1, column 7)'],
    ['"abc', 'ends too early at position 4 (line 1, column 5)'],
    ['"a\tb"', 'is not JSON at position 2 (line 1, column 3)'],
    ['"\\x"', 'is not JSON at position 1 (line 1, column 2)'],
    ['01', 'is not JSON at position 1 (line 1, column 2)'],
    ['{} {}', 'is not JSON at position 3 (line 1, column 4)'],
    ['[1 2]', 'is not JSON at position 3 (line 1, column 4)'],
    ['NaN', 'is not JSON at position 0 (line 1, column 1)'],
  ])('says where %j is broken', (text, message) => {
    expect(faultOf(text)?.field).toEqual({ field: 'body', message });
  });

  test.each([
    ['{"a":1,"a":2}', 'body.a'],
    ['{"items":[{"q":1},{"q":1,"r":2,"q":3}]}', 'body.items.1.q'],
    ['{"a":1,"\\u0061":2}', 'body.a'],
    ['{"__proto__":1,"__proto__":2}', 'body.__proto__'],
  ])('names what %s has twice', (text, field) => {
    expect(faultOf(text)).toMatchObject({
      kind: 'refused',
      field: { field, message: 'must not be given twice' },
    });
  });

  test('the same name in different objects is fine', () => {
    expect(faultOf('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toBeUndefined();
  });

  test('bounds nesting, whatever it is made of', () => {
    expect(faultOf('['.repeat(32) + ']'.repeat(32))).toBeUndefined();
    expect(faultOf('['.repeat(60_000))?.field.message).toBe('must not be nested deeper than 32 levels');
    expect(faultOf('{"a":'.repeat(10_000))?.kind).toBe('refused');
  });

  test('bounds the length of arrays and objects, and names them', () => {
    const items = `{"items":[${Array(10_000).fill('{}').join(',')}]}`;
    expect(faultOf(items)?.field).toEqual({
      field: 'body.items',
      message: 'must not have more than 1000 elements',
    });
    const members = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));
    expect(faultOf(JSON.stringify(members))?.field.field).toBe('body');
  });
});
