import { describe, expect, it } from 'vitest';
import { isMeantBy } from '../nightly/suite.ts';
import { suites } from '../nightly/suites.ts';
import { families } from './families.ts';
import type { Family } from './mutation.ts';
import { partsOf } from './parts.ts';

const namesOf = (part: readonly Family[]): string[] =>
  part.flatMap(({ name: family, mutations }) => mutations.map(({ name }) => `${family}: ${name}`));

describe('the parts of all mutations', () => {
  const parts = partsOf(families, 4);

  // Guard: a mutation that is in no part is tried by no night.
  it('have every one of them, once', () => {
    expect(parts.flatMap(namesOf).toSorted()).toEqual(namesOf(families).toSorted());
  });

  it('are the same each time, and of about one size', () => {
    expect(partsOf(families, 4)).toEqual(parts);
    const sizes = parts.map((part) => namesOf(part).length);
    expect(Math.max(...sizes)).toBeLessThan(namesOf(families).length / 2);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  it('keep the mutations of one file of tests together', () => {
    const filesOf = (part: readonly Family[]): Set<string> =>
      new Set(part.flatMap(({ mutations }) => mutations.map(({ test }) => `${test.project} ${test.file}`)));
    const files = parts.flatMap((part) => [...filesOf(part)]);
    expect(files).toEqual([...new Set(files)]);
  });

  it('are suites of a night, which one name asks for together', () => {
    const names = suites.filter((suite) => isMeantBy(suite, 'mutations')).map(({ name }) => name);
    expect(names).toEqual(['mutations-1', 'mutations-2', 'mutations-3', 'mutations-4']);
    expect(suites.filter((suite) => isMeantBy(suite, 'mutations-2'))).toHaveLength(1);
  });
});
