import { describe, expect, test } from 'vitest';
import { arrivals, busyness } from './day.ts';
import { Latencies } from './latencies.ts';
import { pickPopular, seededRandom } from './random.ts';

describe('the day', () => {
  test('is busiest in the morning, then at lunch, and its mean is 1', () => {
    const moments = Array.from({ length: 1_000 }, (_, index) => (index + 0.5) / 1_000);
    expect(moments.reduce((sum, moment) => sum + busyness(moment), 0) / 1_000).toBeCloseTo(1, 6);
    expect(busyness(0.18)).toBeGreaterThan(busyness(0.48));
    expect(busyness(0.48)).toBeGreaterThan(2 * busyness(0.9));
  });

  test('has the asked-for mean rate, whatever the curve', () => {
    const times = [...arrivals(100, 100_000, seededRandom(1))];
    // A Poisson count: mean 10,000, standard deviation 100.
    expect(times.length).toBeGreaterThan(9_600);
    expect(times.length).toBeLessThan(10_400);
    expect(times.every((time, index) => time >= (times[index - 1] ?? 0) && time < 100_000)).toBe(true);
    const share = (from: number, to: number) => times.filter((t) => t >= from * 1e5 && t < to * 1e5).length;
    expect(share(0.13, 0.23)).toBeGreaterThan(2 * share(0.85, 0.95));
  });

  test('comes again with the same seed', () => {
    const day = (seed: number) => [...arrivals(20, 5_000, seededRandom(seed))];
    expect(day(3)).toEqual(day(3));
    expect(day(3)).not.toEqual(day(4));
  });
});

test('popular choices are chosen more often', () => {
  const random = seededRandom(5);
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 6_000; draw += 1) {
    const chosen = pickPopular(random, [0, 1, 2]);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  // Weights 1, 1/2 and 1/3: 6/11, 3/11 and 2/11 of all.
  expect(counts[0]).toBeGreaterThan(3_000);
  expect(counts[1]).toBeGreaterThan(1_450);
  expect(counts[2]).toBeGreaterThan(900);
});

test('percentiles are right within their bucket', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1_000; ms += 1) latencies.add(ms);
  expect(latencies.percentile(0.5) / 500).toBeCloseTo(1, 1);
  expect(latencies.percentile(0.95) / 950).toBeCloseTo(1, 1);
  expect(new Latencies().percentile(0.95)).toBe(0);
});
