import { describe, expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';

const second = 1_000;

interface Outcome {
  /** How long those took that were let in, in milliseconds, in the order in which they came. */
  readonly tookMs: readonly number[];
  readonly refused: number;
  readonly mostUnderWay: number;
}

/**
 * A server that answers `capacity` requests a second, one after another, and gets `rate` a second, whatever becomes of
 * them. On a clock of its own, so that the figures are the same on every machine.
 */
function simulate(
  limit: { most: number; targetMs: number; least: number },
  rate: number,
  capacity: number,
  ms: number,
): Outcome {
  let now = 0;
  const adaptive = new AdaptiveLimit({ ...limit, now: () => now });
  const queue: { readonly at: number; readonly leave: () => void }[] = [];
  const tookMs: number[] = [];
  let [refused, mostUnderWay, arrived, served] = [0, 0, 0, 0];
  for (; now < ms; now += 1) {
    for (; arrived < (now * rate) / second; arrived += 1) {
      const leave = adaptive.enter();
      if (leave) queue.push({ at: now, leave });
      else refused += 1;
    }
    mostUnderWay = Math.max(mostUnderWay, adaptive.underWay);
    // Time in which nothing waited is lost.
    served = Math.max(served, Math.floor((now * capacity) / second) - Math.ceil(capacity / second) * 2);
    for (; served < (now * capacity) / second && queue.length > 0; served += 1) {
      const next = queue.shift();
      tookMs.push(now - (next?.at ?? now));
      next?.leave();
    }
  }
  return { tookMs, refused, mostUnderWay };
}

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;

const options = { most: 2_000, targetMs: 250, least: 64 };

// What this service answers on an idle machine, and what is left of it on one that is full: the fewest that are always let in
// must not by themselves take longer than the SLA.
describe.each([1_000, 300])('three times as much as the %i a second that can be answered', (capacity) => {
  const { tookMs, refused, mostUnderWay } = simulate(options, 3 * capacity, capacity, 30 * second);
  // The overload is noticed when the first of it has waited too long.
  const settled = tookMs.slice(3 * capacity);

  test('what is let in is answered within the SLA', () => {
    expect(p95(settled)).toBeLessThan(500);
  });

  test('as much is answered as without an overload', () => {
    expect(tookMs.length / 30).toBeGreaterThan(0.95 * capacity);
    expect(refused / 30).toBeGreaterThan(1.8 * capacity);
  });

  test('what is under way is bounded', () => {
    expect(mostUnderWay).toBeLessThanOrEqual(options.most);
  });
});

test('without an overload nothing is refused', () => {
  expect(simulate(options, 900, 1_000, 10 * second).refused).toBe(0);
});

test('when an overload is over, as much is let in again', () => {
  let now = 0;
  const adaptive = new AdaptiveLimit({ ...options, now: () => now });
  const rounds = (count: number, tookMs: number): void => {
    for (let round = 0; round < count; round += 1) {
      const leaving = Array.from({ length: options.most }, () => adaptive.enter());
      now += tookMs;
      for (const leave of leaving) leave?.();
    }
  };
  rounds(20, 900);
  expect(adaptive.limit).toBe(64);
  rounds(100, 150);
  expect(adaptive.limit).toBe(options.most);
});

test('a few slow requests are no overload', () => {
  let now = 0;
  const adaptive = new AdaptiveLimit({ ...options, now: () => now });
  for (let round = 0; round < 100; round += 1) {
    const leaving = Array.from({ length: 60 }, () => adaptive.enter());
    now += 5_000;
    for (const leave of leaving) leave?.();
  }
  expect(adaptive.limit).toBe(options.most);
});
