import { beforeAll, describe, expect, it } from 'vitest';
import { type Forecast, forecast, TooShortError } from './forecast.ts';

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
/** Box and Muller: normally distributed, mean 0 and deviation 1. */
const normalFrom = (random: () => number) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const seeds = Array.from({ length: 8 }, (_, index) => index + 1);
const hours = { periods: [24, 168], horizon: 24 };
const days = { periods: [7], horizon: 7 };

/** Trend, a day, a week and noise: what a shop's orders look like. */
function seasonal(seed: number): number[] {
  const normal = normalFrom(randomFrom(seed));
  return Array.from({ length: 24 * 28 }, (_, hour) => {
    const weekend = Math.floor(hour / 24) % 7 > 4 ? 10 : 0;
    return Math.max(0, 40 + 20 * Math.sin((hour / 24) * 2 * Math.PI) + weekend + hour * 0.02 + normal() * 4);
  });
}

/** Nothing about it can be forecast but that it goes on from where it is. */
function randomWalk(seed: number, length: number): number[] {
  const normal = normalFrom(randomFrom(seed));
  let value = 500;
  return Array.from({ length }, () => {
    value = Math.max(0, value + normal() * 5);
    return value;
  });
}

const meanError = (points: readonly number[], truth: readonly number[]): number =>
  truth.reduce((sum, value, index) => sum + Math.abs(value - (points[index] ?? 0)), 0) / truth.length;

interface Case {
  readonly past: readonly number[];
  readonly truth: readonly number[];
  readonly told: Forecast;
}

describe('where there is something to find', () => {
  let cases: readonly Case[];
  beforeAll(() => {
    cases = seeds.map((seed) => {
      const series = seasonal(seed);
      const past = series.slice(0, -24);
      return { past, truth: series.slice(-24), told: forecast(past, hours) };
    });
  }, 60_000);

  it('beats the baselines, and says by how much', () => {
    for (const { told } of cases) {
      expect(told.method).toBe('mstl-ets');
      expect(told.backtest.error).toBeLessThan(told.backtest.baselineError);
    }
  });

  it('is right about the future, too: by about the error that it has told', () => {
    const ratios = cases.map(({ told, truth }) => meanError(told.points, truth) / told.backtest.error);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(mean).toBeGreaterThan(0.8);
    expect(mean).toBeLessThan(1.3);
  });

  it('beats repeating the last week on the future', () => {
    const sum = (errors: readonly number[]): number => errors.reduce((total, error) => total + error, 0);
    const own = sum(cases.map(({ told, truth }) => meanError(told.points, truth)));
    const repeated = sum(cases.map(({ past, truth }) => meanError(past.slice(-168, -144), truth)));
    expect(own).toBeLessThan(repeated * 0.9);
  });

  it('covers most of what comes with its bounds', () => {
    const inside = cases.flatMap(({ told: { lower, upper }, truth }) =>
      truth.map((value, index) => value >= (lower[index] ?? 0) && value <= (upper[index] ?? 0)),
    );
    expect(inside.filter(Boolean).length / inside.length).toBeGreaterThan(0.8);
  });
});

describe('where there is nothing to find', () => {
  // Guard: a model that is not better than chance is not taken.
  it.each([
    ['hours', 24 * 28, hours],
    ['days', 70, days],
  ] as const)(
    'takes a baseline for a random walk of %s',
    (_, length, options) => {
      const methods = seeds.map((seed) => forecast(randomWalk(seed, length), options).method);
      expect(methods.filter((method) => method === 'naive').length).toBeGreaterThanOrEqual(7);
      expect(methods.filter((method) => method === 'mstl-ets').length).toBe(0);
    },
    60_000,
  );

  it('repeats the last value then', () => {
    const walk = randomWalk(3, 70);
    const { points, method } = forecast(walk, days);
    expect(method).toBe('naive');
    expect(new Set(points)).toEqual(new Set([Math.round((walk.at(-1) ?? 0) * 1_000) / 1_000]));
  });
});

it('is never negative', () => {
  const falling = Array.from({ length: 60 }, (_, index) => Math.max(0, 59 - index));
  expect(Math.min(...forecast(falling, days).points)).toBeGreaterThanOrEqual(0);
});

// A shop that has just opened: few days, and none of them like another.
it.each([12, 13, 15, 17, 20, 21, 25, 30])('forecasts from %i points', (length) => {
  const steps = Array.from({ length }, (_, index) => 100 + 20 * (index % 3) + index);
  for (const series of [steps, steps.map(() => 0), randomWalk(length, length)]) {
    const { points, backtest } = forecast(series, days);
    expect(points).toHaveLength(7);
    expect(points.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(backtest.error)).toBe(true);
  }
});

it('says that it can not forecast from a handful of points', () => {
  expect(() => forecast([1, 2, 3], days)).toThrow(TooShortError);
});
