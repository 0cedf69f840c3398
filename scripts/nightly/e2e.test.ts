import { expect, it } from 'vitest';
import { outcomeOf } from './e2e.ts';

it('passes when specs ran and none failed', () => {
  expect(outcomeOf(0, ['… api', '21 passed, 0 failed'])).toEqual({
    figures: [
      { name: 'passed', value: 21, unit: '' },
      { name: 'failed', value: 0, unit: '' },
    ],
    failures: [],
  });
});

// Guard: what crashed, or ran nothing, is no pass.
it.each([
  [
    'failed',
    1,
    ['✗ api: 20 passed, 1 failed (9.0 s)', '20 passed, 1 failed'],
    '✗ api: 20 passed, 1 failed (9.0 s)',
  ],
  ['crashed', 1, [], '✗ ./coffee e2e --stack ended with code 1 and no failure'],
  ['ran nothing', 0, ['0 passed, 0 failed'], '✗ ./coffee e2e --stack ended with code 0 and no failure'],
])('fails when it %s', (_case, code, lines, failure) => {
  expect(outcomeOf(code, lines).failures).toEqual([failure]);
});
