import { describe, expect, test } from 'vitest';
import { jsonLines, memoryOf } from './containers.ts';
import { between, leastSeenByProducer, percentileOf, readBuckets } from './server-latency.ts';

const infinite = Number.POSITIVE_INFINITY;

describe("the server's own histogram", () => {
  const bucketsOf = (...counts: readonly number[]) =>
    new Map([0.01, 0.025, infinite].map((bound, index) => [bound, counts[index] ?? 0]));
  const before = new Map([['one', bucketsOf(50, 60, 60)]]);
  const after = new Map([['one', bucketsOf(130, 158, 160)]]);

  test('is what was counted between two readings', () => {
    expect([...between(before, after).values()]).toEqual([80, 98, 100]);
  });

  test('of a process that began anew is all that it counted', () => {
    expect(between(after, before)).toEqual(before.get('one'));
  });

  test('is of all processes, also when one has ended and another one has counted more than it', () => {
    const both = new Map([...before, ['other', bucketsOf(100, 100, 100)]]);
    expect([...between(before, both).values()]).toEqual([100, 100, 100]);
    const other = new Map([['other', bucketsOf(100, 100, 100)]]);
    expect([...between(before, other).values()]).toEqual([100, 100, 100]);
  });

  test("is read from Prometheus' series, each for itself", async () => {
    const series = (instance: string, le: string, count: number) => ({
      metric: { __name__: 'x', instance, le },
      value: [1, String(count)],
    });
    const result = [series('a', '0.01', 1), series('b', '+Inf', 5), series('a', '+Inf', 2)];
    let asked = '';
    const send = async ({ path }: { path: string }) => {
      asked = decodeURIComponent(path);
      return { status: 200, body: { data: { result } }, headers: {} } as never;
    };
    const reading = await readBuckets({ send });
    expect(asked).toMatch(
      /http_route="\/v1\/orders",http_request_method="POST",http_response_status_code="202"/,
    );
    const expected = [
      [
        [0.01, 1],
        [infinite, 2],
      ],
      [[infinite, 5]],
    ];
    expect([...reading.values()].map((buckets) => [...buckets])).toEqual(expected);
  });

  // A load through an edge that refused half of it waited for all of it to be counted behind the edge.
  test('has at least what was accepted, of orders only', () => {
    const phases = [{ statuses: { 200: 2_000, 202: 500, 503: 400, 0: 100 } }, { statuses: { 202: 500 } }];
    expect(leastSeenByProducer(phases)).toBe(980);
  });

  test('has percentiles that are as exact as their bucket is narrow', () => {
    const counted = between(before, after);
    const { ms, lowerMs, upperMs } = percentileOf(counted, 0.89);
    expect(ms).toBeCloseTo(17.5);
    expect([lowerMs, upperMs]).toEqual([10, 25]);
    expect(percentileOf(counted, 0.999)).toEqual({ ms: 25, lowerMs: 25, upperMs: infinite });
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
