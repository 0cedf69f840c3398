import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '#platform/schema/json-schema.ts';
import { schemaBreaks } from './schema-breaks.ts';

const ajv = new Ajv2020({ strict: false });
const names = ['a', 'b', 'c'] as const;
const kinds: readonly fc.Arbitrary<Json>[] = [
  fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ type: fc.constantFrom('integer', 'number'), minimum: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom('x', 'xyz', 1, null), { minLength: 1 }) }),
  fc.record({
    anyOf: fc.constantFrom([{ type: 'string' }, { type: 'null' }], [{ type: 'integer' }, { type: 'null' }]),
  }),
  fc.record({
    type: fc.constant('array'),
    items: fc.constantFrom({ type: 'string' }, { type: 'integer' }, { type: 'number' }),
  }),
];
/** Two versions of a field, mostly of a kind: independent ones would almost always break. */
const fields = fc.oneof(
  ...kinds.map((kind) => fc.tuple(kind, kind)),
  fc.tuple(fc.oneof(...kinds), fc.oneof(...kinds)),
);

const objectOf = (properties: Json, required: readonly string[], closed: boolean): Json => ({
  type: 'object',
  properties,
  required: required.filter((name) => name in properties),
  ...(closed ? { additionalProperties: false } : {}),
});
const some = fc.subarray([...names]);
const versions = fc
  .record({
    shared: fc.dictionary(fc.constantFrom(...names), fields, { minKeys: 1 }),
    changed: some,
    added: fc.dictionary(fc.constantFrom(...names), fc.oneof(...kinds), { maxKeys: 1 }),
    required: fc.oneof(
      some.map((names) => [names, names] as const),
      fc.tuple(some, some),
    ),
    closed: fc.tuple(fc.boolean(), fc.boolean()),
  })
  .map(({ shared, changed, added, required, closed }): [Json, Json] => {
    const old = Object.fromEntries(Object.entries(shared).map(([name, [first]]) => [name, first]));
    const now = Object.fromEntries(
      Object.entries(shared).map(([name, [first, second]]) => [
        name,
        changed.includes(name as (typeof names)[number]) ? second : first,
      ]),
    );
    return [objectOf(old, required[0], closed[0]), objectOf({ ...added, ...now }, required[1], closed[1])];
  });
const values = fc.constantFrom<unknown>('', 'x', 'xyz', 'long text', -1, 0, 1, 1.5, null, [], ['x'], [1]);
const objects = fc.dictionary(fc.constantFrom(...names), values);

const breaksNone = (old: Json, now: Json, direction: 'taken' | 'given'): boolean =>
  schemaBreaks({ document: {}, schema: old }, { document: {}, schema: now }, direction, '').length === 0;

// What was never named may be anything in an open object: only what the old version named is promised.
const named = (schema: Json, object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name in (schema.properties as Json)));

it('whatever was taken is taken, when the comparison finds no break', () => {
  let compared = 0;
  fc.assert(
    fc.property(versions, fc.array(objects, { minLength: 20, maxLength: 20 }), ([old, now], tried) => {
      fc.pre(breaksNone(old, now, 'taken'));
      const [was, is] = [ajv.compile(old), ajv.compile(now)];
      for (const object of tried.map((each) => named(old, each)).filter((each) => was(each))) {
        compared += 1;
        expect(is(object), JSON.stringify({ old, now, object })).toBe(true);
      }
    }),
    { seed: 18, numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(200);
});

it('whatever is given was promised, when the comparison finds no break', () => {
  let compared = 0;
  fc.assert(
    fc.property(versions, fc.array(objects, { minLength: 20, maxLength: 20 }), ([old, now], tried) => {
      fc.pre(breaksNone(old, now, 'given'));
      const [was, is] = [ajv.compile(old), ajv.compile(now)];
      for (const object of tried.map((each) => named(now, each)).filter((each) => is(each))) {
        compared += 1;
        expect(was(object), JSON.stringify({ old, now, object })).toBe(true);
      }
    }),
    { seed: 18, numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(200);
});
