import { expect, it } from 'vitest';
import { skippedWithoutTools } from './needed-images.ts';

const passing = { name: 's', budgetMinutes: 1, run: async () => ({ passed: 1, failed: 0 }) };
const { signal } = new AbortController();

it('a suite runs when its tools are there, whatever else is missing', async () => {
  const suite = { ...passing, tools: ['zizmor'] };
  expect(skippedWithoutTools(suite, ['kubeconform'])).toBe(suite);
  expect(skippedWithoutTools(passing, ['zizmor'])).toBe(passing);
});

it('a suite whose tool is missing is skipped, and names it', async () => {
  const suite = skippedWithoutTools({ ...passing, tools: ['zizmor', 'gitleaks'] }, ['gitleaks']);
  expect(await suite.run(signal)).toEqual({
    passed: 0,
    failed: 0,
    skipped: 'there is no image of gitleaks here',
  });
});
