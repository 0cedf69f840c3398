import { expect, it } from 'vitest';
import { ofTrace } from './trace-query.ts';

it.each([
  ['72ae987987b990d820da1900565c9563', 'trace:id = "72ae987987b990d820da1900565c9563"'],
  [
    '00e3199c2d6ab139c1568619ec4c22d0',
    '(trace:id = "00e3199c2d6ab139c1568619ec4c22d0" || trace:id = "e3199c2d6ab139c1568619ec4c22d0")',
  ],
])('finds the trace %s, whichever way Tempo writes it', (traceId, condition) => {
  expect(ofTrace(traceId)).toBe(condition);
});
