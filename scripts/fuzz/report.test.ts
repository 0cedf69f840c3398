import { expect, it } from 'vitest';
import { readReport } from './report.ts';

const good = {
  complete: true,
  operations: { total: 2, tested: 2 },
  test_cases: { generated: 1107 },
  failures: [],
  errors: [],
  valid_rates: {
    'GET /v1/menu': { fuzzing: { accepted: 9, unreachable: 0, conflicts: 0, rejected: 0 } },
    'GET /v1/orders/{id}': { fuzzing: { accepted: 0, unreachable: 3, conflicts: 0, rejected: 1 } },
  },
};
const failuresOf = (change: object): readonly string[] =>
  readReport('producer', JSON.stringify({ ...good, ...change })).failures;

it('passes when every operation was tried and nothing was found', () => {
  expect(readReport('producer', JSON.stringify(good))).toEqual({
    requests: 1107,
    operations: 2,
    done: 1,
    failures: [],
  });
});

it.each([
  [
    'an answer that is not described',
    { failures: [{ code: 'ST103', title: 'Undocumented status code', operations: ['GET /v1/menu'] }] },
    'producer: Undocumented status code (ST103): GET /v1/menu',
  ],
  [
    'an operation that it could not try',
    { errors: [{ title: 'Schema Error' }] },
    'not tried: {"title":"Schema Error"}',
  ],
  ['an end before its time', { complete: false }, 'producer: it ended too early'],
  [
    'an operation whose every answer was that nobody may, or not so often',
    {
      valid_rates: {
        ...good.valid_rates,
        'GET /v1/orders/{id}': { fuzzing: { accepted: 0, unreachable: 0, conflicts: 0, rejected: 0 } },
      },
    },
    'producer: nothing got past who may ask, and how often: GET /v1/orders/{id}',
  ],
  [
    'an operation of which no answer was counted',
    { valid_rates: { 'GET /v1/menu': good.valid_rates['GET /v1/menu'] } },
    'producer: of 1 operations nobody knows how they answered',
  ],
  [
    'operations left out',
    { operations: { total: 3, tested: 2 } },
    'producer: only 2 of 3 operations were tried',
  ],
])('fails by %s', (_what, change, message) => {
  expect(failuresOf(change)).toEqual([expect.stringContaining(message)]);
});

it('is no report when it is something else', () => {
  expect(() => readReport('producer', '{}')).toThrow();
});
