import { expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import { progressLine } from './progress-line.ts';

function measured(untilSecond: number): Measurements {
  const measurements = new Measurements([{ name: 'steady', rate: 10, durationMs: 120_000 }]);
  for (let dueMs = 0; dueMs < untilSecond * 1_000; dueMs += 100) {
    const status = dueMs % 1_000 === 0 ? 503 : 202;
    measurements.add({ phase: 0, dueMs, latencyMs: 20, serviceMs: 20, status });
  }
  return measurements;
}

test('tells of the last ten seconds that are over', () => {
  expect(progressLine(measured(60), 60_000)).toMatch(/^steady: 9\/s succeeded, 10 failed, .* 2\d\.\d ms$/);
});

test('tells how far a load is behind, and what is known of it', () => {
  expect(progressLine(measured(60), 90_000)).toMatch(
    /^steady: 9\/s succeeded, 10 failed, .* ms, 30 s behind$/,
  );
});

test('has nothing to tell before a second is over', () => {
  expect(progressLine(measured(0), 500)).toMatch(/0\/s succeeded, 0 failed, .* 0\.0 ms$/);
});
