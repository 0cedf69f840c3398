import { expect, test } from 'vitest';
import { traceIdOf } from './trace-id.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  [`00-${traceId}-00f067aa0ba902b7-01`, traceId],
  // A later version may have more.
  [`01-${traceId}-00f067aa0ba902b7-01-more`, traceId],
  [`00-${traceId}-01`, null],
  ['', null],
  [undefined, null],
])('of %s the trace is %s', (traceparent, expected) => {
  expect(traceIdOf(traceparent)).toBe(expected);
});
