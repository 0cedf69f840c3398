import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { schedule } from '../schedule.ts';
import { Pacer } from './pacer.ts';

const lane = () => ({ usable: true });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** 100 requests a second for a second; each is noted with how late it was sent. */
function paced() {
  const late: number[] = [];
  const pacer = new Pacer<{ usable: boolean }>(
    schedule([{ name: 'steady', rate: 100, durationMs: 1_000 }]),
    (_, __, intendedAt) => late.push(performance.now() - intendedAt),
  );
  pacer.start(performance.now());
  return { late, pacer };
}

describe('sending when it is due', () => {
  test('with a free lane at once, however many there are', () => {
    const { late, pacer } = paced();
    for (let free = 0; free < 200; free += 1) pacer.free(lane());
    vi.advanceTimersByTime(500);
    expect(late).toHaveLength(51);
    vi.advanceTimersByTime(500);
    expect(late).toHaveLength(100);
    expect(Math.max(...late)).toBeLessThanOrEqual(1);
    expect(pacer.stop()).toEqual([]);
  });

  test('without one later, which counts from when it was due', () => {
    const { late, pacer } = paced();
    vi.advanceTimersByTime(100);
    expect(late).toEqual([]);
    for (let free = 0; free < 5; free += 1) pacer.free(lane());
    expect(late.map(Math.round)).toEqual([100, 90, 80, 70, 60]);
  });

  test('never on a lane that has lost its connection', () => {
    const { late, pacer } = paced();
    const lost = { usable: false };
    vi.advanceTimersByTime(5);
    pacer.free(lane());
    pacer.free(lost);
    vi.advanceTimersByTime(100);
    expect(late).toHaveLength(1);
  });

  test('what could not be sent is told at the end', () => {
    const { pacer } = paced();
    pacer.free(lane());
    vi.advanceTimersByTime(1_000);
    expect(pacer.stop()).toHaveLength(99);
    vi.advanceTimersByTime(1_000);
    expect(pacer.stop()).toHaveLength(99);
  });
});
