import { describe, expect, test } from 'vitest';
import { jsonLines, memoryOf } from './containers.ts';
import { between, percentileOf } from './server-latency.ts';

const infinite = Number.POSITIVE_INFINITY;

describe("the server's own histogram", () => {
  const before = new Map([
    [0.01, 50],
    [0.025, 60],
    [infinite, 60],
  ]);
  const after = new Map([
    [0.01, 130],
    [0.025, 158],
    [infinite, 160],
  ]);

  test('is what was counted between two readings', () => {
    expect([...between(before, after).values()]).toEqual([80, 98, 100]);
  });

  test('of a process that began anew is all that it counted', () => {
    expect(between(after, before)).toEqual(before);
  });

  test('has percentiles that are as exact as their bucket is narrow', () => {
    const counted = between(before, after);
    const { ms, widthMs } = percentileOf(counted, 0.89);
    expect(ms).toBeCloseTo(17.5);
    expect(widthMs).toBeCloseTo(15);
    expect(percentileOf(counted, 0.999).widthMs).toBe(infinite);
    expect(percentileOf(new Map(), 0.95).ms).toBeNaN();
  });
});

describe('what Docker tells', () => {
  test('memory in its units', () => {
    expect(memoryOf('12.5MiB / 512MiB')).toBe(12.5 * 2 ** 20);
    expect(memoryOf('1.5GiB / 2GiB')).toBe(1.5 * 2 ** 30);
  });

  test('lines of JSON or one array', () => {
    expect(jsonLines('{"a":1}\n{"a":2}\n')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(jsonLines('[{"a":1},{"a":2}]')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(jsonLines('\n')).toEqual([]);
  });
});
