import { describe, expect, test } from 'vitest';
import { type Phase, schedule, slotsOf, totalMs } from './schedule.ts';

const phases: readonly Phase[] = [
  { name: 'warm-up', rate: 100, durationMs: 2_000, rising: true, warmUp: true },
  { name: 'steady', rate: 250, durationMs: 4_000 },
];

describe('when requests are due', () => {
  test('a steady load is the same in every second', () => {
    const steady = [...schedule(phases)].filter(({ phase }) => phase === 1);
    const seconds = Map.groupBy(steady, ({ dueMs }) => Math.floor((dueMs - 2_000) / 1_000));
    expect([...seconds.values()].map((slots) => slots.length)).toEqual([250, 250, 250, 250]);
  });

  test('a rising load has reached its rate at its end', () => {
    const rising = [...schedule(phases)].filter(({ phase }) => phase === 0);
    expect(rising).toHaveLength(slotsOf(phases[0] as Phase));
    const last = rising.filter(({ dueMs }) => dueMs >= 1_900);
    expect(last.length).toBeGreaterThan(8);
    expect(last.length).toBeLessThan(11);
  });

  test('generators share all of it, and nothing twice', () => {
    const all = [...schedule(phases)];
    const shared = [0, 1, 2].flatMap((index) => [...schedule(phases, { index, of: 3 })]);
    expect(shared.toSorted((a, b) => a.dueMs - b.dueMs)).toEqual(all);
  });

  test('nothing is due after the end', () => {
    expect(Math.max(...[...schedule(phases)].map(({ dueMs }) => dueMs))).toBeLessThan(totalMs(phases));
  });
});
