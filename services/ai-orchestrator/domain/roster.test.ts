import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Person, planRoster } from './roster.ts';

const day = (need: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: 24 }, (_, hour) => need[hour] ?? 0);
const person = (id: string, from = 6, until = 20, maxHours = 8): Person => ({ id, maxHours, from, until });

it('covers the need with as few hours as possible', async () => {
  const { shifts, uncovered } = await planRoster(
    [person('a'), person('b')],
    day({ 8: 1, 9: 2, 10: 2, 11: 2, 12: 1 }),
  );
  expect(uncovered).toBe(0);
  expect(shifts.reduce((sum, { from, until }) => sum + until - from, 0)).toBe(8);
});

it('says how many hours nobody can be found for', async () => {
  const { uncovered } = await planRoster([person('a', 8, 12, 4)], day({ 8: 2, 9: 2, 10: 1, 18: 1 }));
  expect(uncovered).toBe(3);
});

it('plans nothing for a day without guests, and finds nobody where there is nobody', async () => {
  expect(await planRoster([person('a')], day({}))).toEqual({ shifts: [], uncovered: 0 });
  expect(await planRoster([], day({ 8: 2 }))).toEqual({ shifts: [], uncovered: 2 });
});

it('keeps to what people can do, whatever is needed', async () => {
  const people = fc.array(
    fc.record({
      from: fc.integer({ min: 5, max: 12 }),
      length: fc.integer({ min: 0, max: 10 }),
      maxHours: fc.integer({ min: 1, max: 8 }),
    }),
    { maxLength: 5 },
  );
  const needs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 24, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(people, needs, async (staff, need) => {
      const known = staff.map(({ from, length, maxHours }, index) =>
        person(String(index), from, from + length, maxHours),
      );
      const { shifts, uncovered } = await planRoster(known, need);
      expect(new Set(shifts.map(({ staffId }) => staffId)).size).toBe(shifts.length);
      for (const { staffId, from, until } of shifts) {
        const who = known.find(({ id }) => id === staffId);
        expect(from).toBeGreaterThanOrEqual(who?.from ?? 99);
        expect(until).toBeLessThanOrEqual(who?.until ?? 0);
        expect(until - from).toBeLessThanOrEqual(who?.maxHours ?? 0);
      }
      const there = (hour: number): number =>
        shifts.filter(({ from, until }) => from <= hour && hour < until).length;
      const missing = need.reduce((sum, people, hour) => sum + Math.max(0, people - there(hour)), 0);
      expect(uncovered).toBe(missing);
    }),
    { numRuns: 25, seed: 7 },
  );
});
