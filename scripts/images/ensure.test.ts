import { expect, it } from 'vitest';
import { chosenImages } from './ensure.ts';

const namesOf = (...args: Parameters<typeof chosenImages>): string[] =>
  chosenImages(...args).map(({ name }) => name);

// Guard: who needs Helm does not compile every tool of the tests first.
it('makes one tool of a group where no more is needed', () => {
  expect(namesOf(['test'], ['helm'])).toEqual(['helm']);
  expect(namesOf(['test'])).toEqual(expect.arrayContaining(['helm', 'zizmor', 'kubeconform']));
  // What is in none of the groups is not made by its name either.
  expect(namesOf(['test'], ['kafka'])).toEqual([]);
});
