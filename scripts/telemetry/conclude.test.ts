import { expect, it } from 'vitest';
import { conclude } from './conclude.ts';

const holds = { what: 'producer: metrics', wrong: undefined, afterMs: 5 };
const fails = { what: 'consumer: metrics', wrong: 'there is none', afterMs: 5 };
const skipped = [
  { what: 'producer: traces in Tempo', reason: 'tempo is not here' },
  { what: 'consumer: traces in Tempo', reason: 'tempo is not here' },
];

// Guard: where every backend can be had, a row that nobody was asked about is no pass.
it.each([
  ['all hold', [holds], [], false, 0],
  ['all hold, strictly', [holds], [], true, 0],
  ['one does not', [holds, fails], [], false, 1],
  ['some are skipped', [holds], skipped, false, 0],
  ['some are skipped, strictly', [holds], skipped, true, 1],
])('a check ends: %s', (_case, verdicts, left, strict, code) => {
  expect(conclude(verdicts, left, strict).code).toBe(code);
});

it('says how many rows were skipped and why, once', () => {
  const { lines } = conclude([holds], skipped, true);
  expect(lines).toEqual([
    'All 1 rows that could be asked hold.',
    '2 more were SKIPPED, which --strict does not allow: tempo is not here.',
  ]);
  expect(conclude([fails], [], true).lines).toEqual(['1 of 1 rows do not hold: consumer: metrics.']);
});

it('names what is there only sometimes and was not seen, which fails nothing', () => {
  const unseen = [{ what: 'web3-payment → redis', reason: 'it is there only sometimes, and was not seen' }];
  expect(conclude([holds], [], true, unseen)).toEqual({
    lines: ['All 1 rows that could be asked hold.', 'Not seen, as may be: web3-payment → redis.'],
    code: 0,
  });
});
