import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { families } from './families.ts';
import { type Mutation, mutated, StaleMutationError } from './mutation.ts';
import { hasTest } from './test-titles.ts';

const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');
const all = families.flatMap(({ name: family, mutations }) =>
  mutations.map((mutation) => ({ name: `${family}: ${mutation.name}`, mutation })),
);

// What is stale here would be found by the nightly run only, long after the change that did it.
describe('the mutation', () => {
  test.each(all)('$name takes away what stands exactly once', ({ mutation }) => {
    const text = textOf(mutation.file);
    expect(mutated(text, mutation)).not.toBe(text);
  });

  test.each(all)('$name names a test that is there', ({ mutation: { test: named } }) => {
    expect(named.project === 'unit').toBe(!/\/tests\/|^e2e\//.test(named.file));
    expect(hasTest(textOf(named.file), named.name), `"${named.name}" in ${named.file}`).toBe(true);
  });
});

test('no two mutations have the same name', () => {
  const names = all.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names.length).toBeGreaterThan(30);
});

describe('replacing', () => {
  const mutation: Mutation = {
    name: 'no guard',
    guard: 'g',
    file: 'a.ts',
    find: 'if (wrong) throw',
    replace: '$& if (false) throw',
    test: { project: 'unit', file: 'a.test.ts', name: 't' },
  };

  test('changes the one place, literally', () => {
    expect(mutated('a; if (wrong) throw b;', mutation)).toBe('a; $& if (false) throw b;');
  });

  test.each([
    ['nowhere', 'a;', 0],
    ['twice', 'if (wrong) throw a; if (wrong) throw b;', 2],
  ])('refuses text that stands %s', (_where, text, times) => {
    const refused = new StaleMutationError(
      `"no guard" is stale: "if (wrong) throw" stands ${times} times in a.ts, not once`,
    );
    expect(() => mutated(text, mutation)).toThrow(refused);
  });
});

describe('the names of tests in a source', () => {
  const source = `
    describe('reading', () => {
      it("doesn't lie", async () => {});
      it.each([['a', 1]])('of %s is %i (100 %%)', (what, n) => {});
      test.each(cases)(
        '$name is \\'quoted\\'',
        ({ name }) => expect('not a title').toBe(name),
      );
    });`;

  test.each(["reading > doesn't lie", 'reading > of a is 1 (100 %)', "reading > anything is 'quoted'"])(
    'have %s',
    (name) => expect(hasTest(source, name)).toBe(true),
  );

  test.each(['lie', 'reading > of a was 1', 'writing > of a is 1 (100 %)', 'not a title'])(
    'do not have %s',
    (name) => expect(hasTest(source, name)).toBe(false),
  );
});
