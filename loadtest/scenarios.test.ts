import { describe, expect, test } from 'vitest';
import { gated, type Scenario, scenarios, type Wishes } from './scenarios.ts';
import { slotsOf, totalMs } from './schedule.ts';

function scenario(name: string, wishes: Wishes = {}): Scenario {
  const found = scenarios(wishes).find((one) => one.name === name);
  if (!found) throw new RangeError(`no scenario ${name}`);
  return found;
}
const counted = ({ phases }: Scenario) => phases.filter(({ warmUp }) => !warmUp);

describe('scenarios', () => {
  test('have names of their own, and those that are gated are among them', () => {
    const names = scenarios().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...gated]));
  });

  test.each(scenarios().map((one) => [one.name, one] as const))(
    '%s warms up first, rising to its first load',
    (_, one) => {
      const [rising, steady, first] = one.phases;
      expect(rising).toMatchObject({ rising: true, warmUp: true, rate: first?.rate });
      expect(steady).toMatchObject({ warmUp: true, rate: first?.rate });
      expect(counted(one)).toEqual(one.phases.slice(2));
    },
  );

  test('sla is more than the promise, at which a second with one failure would break it', () => {
    expect(counted(scenario('sla'))).toEqual([{ name: 'steady', rate: 1_010, durationMs: 300_000 }]);
  });

  test('spike is ten times as much, and back', () => {
    const phases = counted(scenario('spike', { rate: 30, durationMs: 5_000 }));
    expect(phases.map(({ name, rate }) => [name, rate])).toEqual([
      ['before', 30],
      ['spike', 300],
      ['after', 30],
    ]);
    expect(totalMs(phases)).toBe(15_000);
    expect(phases.map(slotsOf)).toEqual([150, 1_500, 150]);
  });

  test('capacity grows by half of its first step, up to twelve times', () => {
    const one = scenario('capacity', { rate: 100 });
    expect(one.steps).toBe(true);
    const rates = counted(one).map(({ rate }) => rate);
    expect(rates.slice(0, 4)).toEqual([100, 150, 200, 250]);
    expect(rates.at(-1)).toBe(1_200);
  });

  test('take what is wished', () => {
    const one = scenario('restarts', { rate: 7, durationMs: 1_000, through: 'producer' });
    expect(one).toMatchObject({ through: 'producer', restarts: true });
    expect(counted(one)).toEqual([{ name: 'steady', rate: 7, durationMs: 1_000 }]);
  });

  test('only a smoke test keeps nothing', () => {
    expect(
      scenarios()
        .filter(({ trial }) => trial)
        .map(({ name }) => name),
    ).toEqual(['smoke']);
  });
});
