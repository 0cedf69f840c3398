import { expect, it } from 'vitest';
import { readReport } from './report.ts';

const good = {
  complete: true,
  operations: { total: 2, tested: 2 },
  test_cases: { generated: 1107 },
  failures: [],
  errors: [],
};
const failuresOf = (change: object): readonly string[] =>
  readReport('producer', JSON.stringify({ ...good, ...change })).failures;

it('passes when every operation was tried and nothing was found', () => {
  expect(readReport('producer', JSON.stringify(good))).toEqual({
    requests: 1107,
    operations: 2,
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
