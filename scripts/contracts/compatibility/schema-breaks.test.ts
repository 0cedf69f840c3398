import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '#platform/schema/json-schema.ts';
import { type Direction, schemaBreaks } from './schema-breaks.ts';

function breaks(old: z.ZodType, now: z.ZodType, direction: Direction): string[] {
  const io = direction === 'taken' ? 'input' : 'output';
  const sides = [old, now].map((schema) => ({ document: {}, schema: jsonSchema(schema, io) }));
  const [was, is] = sides as [(typeof sides)[0], (typeof sides)[0]];
  return schemaBreaks(was, is, direction, 'cup');
}

const object = (shape: z.ZodRawShape) => z.object(shape);
const text = z.string();
const size = z.enum(['small', 'large']);

type Row = readonly [what: string, old: z.ZodType, now: z.ZodType, broken: string];

const takenBreaks: readonly Row[] = [
  ['a field is gone', object({ a: text, b: text.optional() }), object({ a: text }), 'cup.b: is gone'],
  ['a new field is required', object({}), object({ a: text }), 'cup.a: is required now'],
  ['a field is required', object({ a: text.optional() }), object({ a: text }), 'cup.a: is required now'],
  ['a value is refused', size, z.enum(['small']), 'cup: "large" is not taken any more'],
  ['values are counted', text, size, 'cup: anything but "small", "large" is not taken any more'],
  ['the type is another', object({ a: text }), object({ a: z.int() }), 'cup.a: string is not taken any more'],
  ['fractions are refused', z.number(), z.int(), 'cup: number is not taken any more'],
  ['null is refused', text.nullable(), text, 'cup: null is not taken any more'],
  ['a type is gone', z.union([text, z.int()]), text, 'cup: integer is not taken any more'],
  [
    'an alternative is gone',
    z.union([object({ a: text }), object({ b: text }), object({ c: text })]),
    z.union([object({ a: text }), object({ b: text })]),
    'cup: {"type":"object","properties":{"c":{"type":"string"}},"required":["c"]} is not taken any more',
  ],
  ['a bound is closer', text.max(9), text.max(5), 'cup: maxLength was 9, is 5'],
  ['a bound is new', z.int(), z.int().min(1), 'cup: minimum was -9007199254740991, is 1'],
  ['a list is shorter', z.array(text), z.array(text).max(3), 'cup: maxItems was none, is 3'],
  ['a pattern is new', text, text.regex(/^a/), 'cup: pattern was none, is "^a"'],
  ['a format is new', text.regex(/^a/), text.regex(/^b/), 'cup: pattern was "^a", is "^b"'],
  ['elements are narrower', z.array(text.max(9)), z.array(text.max(5)), 'cup[]: maxLength was 9, is 5'],
  [
    'values of a record are narrower',
    z.record(text, text.max(9)),
    z.record(text, text.max(5)),
    'cup.*: maxLength was 9, is 5',
  ],
  [
    'unknown fields are refused',
    object({ a: text }),
    z.strictObject({ a: text }),
    'cup: fields that are not known are refused now',
  ],
  [
    'the default is another',
    object({ a: text.default('x') }),
    object({ a: text.default('y') }),
    'cup.a: the default was "x", is "y"',
  ],
];

const givenBreaks: readonly Row[] = [
  ['a field is gone', object({ a: text, b: text }), object({ a: text }), 'cup.b: is gone'],
  ['an optional field is gone', object({ b: text.optional() }), object({}), 'cup.b: is gone'],
  [
    'a field may be missing',
    object({ a: text }),
    object({ a: text.optional() }),
    'cup.a: may be missing now',
  ],
  ['a value is new', z.enum(['small']), size, 'cup: "large" is given now'],
  ['values are not counted any more', size, text, 'cup: anything but "small", "large" is given now'],
  ['null is new', text, text.nullable(), 'cup: null is given now'],
  ['the type is another', text, z.int(), 'cup: integer is given now'],
  ['a bound is farther', text.max(5), text.max(9), 'cup: maxLength was 5, is 9'],
  ['a bound is gone', z.array(text).min(1), z.array(text), 'cup: minItems was 1, is none'],
  ['a format is gone', z.uuid(), text, 'cup: pattern was'],
  ['elements are wider', z.array(size), z.array(text), 'cup[]: anything but "small", "large" is given now'],
  [
    'strict readers get a new field',
    z.strictObject({ a: text }),
    z.strictObject({ a: text, b: text }),
    'cup.b: is given now, and its readers refuse what they do not know',
  ],
];

describe('what is taken', () => {
  it.each(takenBreaks)('breaks when %s', (_, old, now, broken) => {
    expect(breaks(old, now, 'taken')).toEqual([broken]);
  });
  it.each<readonly [string, z.ZodType, z.ZodType]>([
    ['nothing changes', object({ a: text, b: size }), object({ a: text, b: size })],
    ['an optional field is new', object({ a: text }), object({ a: text, b: text.optional() })],
    [
      'a field with a default is new',
      z.strictObject({ a: text }),
      z.strictObject({ a: text, b: text.default('x') }),
    ],
    ['a field may be left out', object({ a: text }), object({ a: text.optional() })],
    ['a value is new', z.enum(['small']), size],
    ['a value becomes any text', size, text],
    ['null is new', text, text.nullable()],
    ['fractions are new', z.int(), z.number()],
    ['a bound is farther', text.max(5), text.max(9)],
    ['a pattern is gone', text.regex(/^a/), text],
    ['unknown fields are let pass', z.strictObject({ a: text }), object({ a: text })],
  ])('is as good when %s', (_, old, now) => {
    expect(breaks(old, now, 'taken')).toEqual([]);
  });
});

describe('what is given', () => {
  it.each(givenBreaks)('breaks when %s', (_, old, now, broken) => {
    expect(breaks(old, now, 'given')).toEqual(expect.arrayContaining([expect.stringContaining(broken)]));
  });
  it.each<readonly [string, z.ZodType, z.ZodType]>([
    ['nothing changes', object({ a: text, b: size.nullable() }), object({ a: text, b: size.nullable() })],
    ['a field is new', object({ a: text }), object({ a: text, b: text })],
    ['a field is always there', object({ a: text.optional() }), object({ a: text })],
    ['a value is not given any more', size, z.enum(['small'])],
    ['any text becomes values', text, size],
    ['null is not given any more', text.nullable(), text],
    ['a bound is closer', text.max(9), text.max(5)],
  ])('is as good when %s', (_, old, now) => {
    expect(breaks(old, now, 'given')).toEqual([]);
  });
});

it('follows references of each document', () => {
  const schema = { $ref: '#/components/schemas/A' };
  const documents = [text, z.int()].map((type) => ({
    components: { schemas: { A: jsonSchema(type, 'input') } },
  }));
  const [old = {}, now = {}] = documents;
  expect(schemaBreaks({ document: old, schema }, { document: now, schema }, 'given', 'cup')).toEqual([
    'cup: integer is given now',
  ]);
  expect(() => schemaBreaks({ document: {}, schema }, { document: now, schema }, 'given', 'cup')).toThrow(
    '#/components/schemas/A refers to nothing',
  );
});

// Guard: a keyword that the comparison does not understand is no reason to pass.
it('lets nothing change that it does not understand', () => {
  const side = (schema: object) => ({ document: {}, schema: { ...schema } });
  expect(schemaBreaks(side({ not: { const: 1 } }), side({ not: { const: 2 } }), 'taken', 'cup')).toEqual([
    'cup: not was {"const":1}, is {"const":2}',
  ]);
});
