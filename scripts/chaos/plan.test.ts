import { describe, expect, it } from 'vitest';
import { faultKinds } from '../fault/fault.ts';
import { chaosServices, planFaults, trafficFor } from './plan.ts';

const options = { seed: 7, everyMs: 20_000, durationMs: 1_200_000 };
const plan = planFaults(options);

describe('a plan', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(planFaults(options)).toEqual(plan);
    expect(planFaults({ ...options, seed: 8 })).not.toEqual(plan);
    // A change of the generator or of the draws would silently make reported seeds worthless.
    expect(plan.slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "atMs": 20000,
          "fault": {
            "delayMs": 168,
            "jitterMs": 12,
            "kind": "latency",
          },
          "lastsMs": 4980,
          "service": "kafka",
        },
        {
          "atMs": 40000,
          "fault": {
            "kind": "partition",
          },
          "lastsMs": 3500,
          "service": "kafka",
        },
      ]
    `);
  });

  it('has a fault every so often, each over before the next, the last before the end', () => {
    expect(plan).toHaveLength(59);
    for (const [index, { atMs, lastsMs }] of plan.entries()) {
      expect(atMs).toBe((index + 1) * 20_000);
      expect(lastsMs).toBeGreaterThan(2_000);
      expect(lastsMs).toBeLessThanOrEqual(10_000);
    }
  });

  it('breaks every service in every way before it repeats itself', () => {
    const pairs = plan.map(({ service, fault }) => `${service} ${fault.kind}`);
    expect(new Set(pairs.slice(0, 51)).size).toBe(51);
    expect(new Set(plan.map(({ service }) => service))).toEqual(new Set(chaosServices));
    expect(new Set(plan.map(({ fault }) => fault.kind))).toEqual(new Set(faultKinds));
  });

  it('leaves out what it is told to', () => {
    const left = planFaults({ ...options, without: ['slow-disk', 'kill'] });
    expect(left.some(({ fault }) => fault.kind === 'slow-disk' || fault.kind === 'kill')).toBe(false);
    expect(planFaults({ ...options, without: faultKinds })).toEqual([]);
  });

  it('is empty when there is no time for a fault', () => {
    expect(planFaults({ ...options, durationMs: 39_999 })).toEqual([]);
    expect(planFaults({ ...options, durationMs: 40_000 })).toHaveLength(1);
  });
});

it('takes a little longer than the orders alone would', () => {
  expect(trafficFor(100_000, 100)).toBeGreaterThan(1_020_000);
  expect(trafficFor(100_000, 100)).toBeLessThan(1_050_000);
});
