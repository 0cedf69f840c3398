import { expect, test } from 'vitest';
import { traceparent, traceShare } from './trace-share.ts';

test('keeps all traces of a quiet day and about twenty a second of a busy one', () => {
  expect(traceShare(5)).toBe(1);
  expect(traceShare(200)).toBeCloseTo(0.1);
});

test('starts a new trace each time, sampled or not as the share says', () => {
  expect(traceparent(1)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(traceparent(0)).toMatch(/-00$/);
  expect(traceparent(1)).not.toBe(traceparent(1));
});
