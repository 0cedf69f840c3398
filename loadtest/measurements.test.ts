import { describe, expect, test } from 'vitest';
import { notSent, type Sample } from './generator/message.ts';
import { figuresOf, Measurements } from './measurements.ts';

/** Ten requests, in one second. */
const phase = { name: 'steady', rate: 10, durationMs: 1_000 };

const sample = (changes: Partial<Sample> = {}): Sample => ({
  ...{ phase: 0, dueMs: 100, latencyMs: 20, serviceMs: 19, status: 202 },
  ...changes,
});

function measured(...samples: readonly Partial<Sample>[]): Measurements {
  const measurements = new Measurements([phase]);
  for (const changes of samples) measurements.add(sample(changes));
  return measurements;
}
const figures = (...samples: readonly Partial<Sample>[]) => figuresOf(phase, measured(...samples).of(0));
const good = (count: number): Partial<Sample>[] => Array.from({ length: count }, () => ({}));

describe('what counts as available, of what was due', () => {
  test('is every success', () => {
    expect(figures(...good(9), { status: 200 })).toMatchObject({
      ...{ sent: 10, offered: 1, availability: 1, serverErrors: 0, succeededPerSecond: 10 },
    });
  });

  test.each([
    ['an error of the server', 503, { serverErrors: 0.1, offered: 1, sent: 10 }],
    ['what was refused', 429, { serverErrors: 0, offered: 1, sent: 10 }],
    ['what was not understood', 400, { serverErrors: 0, offered: 1, sent: 10 }],
    ['no answer', 0, { serverErrors: 0, offered: 1, sent: 10 }],
    ['what was never sent', notSent, { serverErrors: 0, offered: 0.9, sent: 9 }],
  ])('is not %s', (_, status, expected) => {
    expect(figures(...good(9), { status })).toMatchObject({ availability: 0.9, ...expected });
  });

  test('is not what nobody has told of', () => {
    expect(figures(...good(5))).toMatchObject({ sent: 5, offered: 0.5, availability: 0.5 });
  });
});

describe('what was offered', () => {
  test('is what was sent within a second of when it was due', () => {
    const late = (ms: number) => ({ latencyMs: 20 + ms, serviceMs: 20 });
    expect(figures(...good(8), late(900), late(1_000)).offered).toBe(1);
    expect(figures(...good(8), late(1_001), late(30_000))).toMatchObject({
      ...{ offered: 0.8, sent: 10, availability: 1 },
    });
  });

  test('is late by what it waited in the generator', () => {
    expect(measured({ latencyMs: 70, serviceMs: 20 }).late.percentile(0.95)).toBeCloseTo(50, -1);
    expect(measured({ latencyMs: 9_000, serviceMs: 0, status: notSent }).late.count).toBe(0);
  });
});

test('latency counts from when a request was due, whatever the answer was', () => {
  const { p50Ms, worstMs } = figures({ latencyMs: 500, serviceMs: 5, status: 503 });
  expect(p50Ms).toBeGreaterThan(490);
  expect(worstMs).toBe(500);
});

test("the client's side of the producer's histogram has accepted orders of all phases, from sending", () => {
  const { accepted } = measured({}, { status: 200, serviceMs: 999 }, { status: 503, serviceMs: 999 });
  expect(accepted.count).toBe(1);
  expect(accepted.percentile(0.95)).toBeLessThan(21);
});

test('seconds are those in which requests were due', () => {
  const { seconds } = measured({ dueMs: 999, latencyMs: 5_000 }, { dueMs: 3_000 });
  expect(seconds.map(({ second, measured }) => [second, measured.seen])).toEqual([
    [0, 1],
    [3, 1],
  ]);
});
