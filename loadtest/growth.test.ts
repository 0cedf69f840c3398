import { describe, expect, test } from 'vitest';
import { brokenGates } from './gates.ts';
import { brokenGrowth } from './growth.ts';
import type { RunResult } from './result.ts';
import { samplePhase, sampleResult, sampleSla } from './sample-result.ts';

const mebibyte = 2 ** 20;

/** A minute of warm-up and a hundred seconds, in each of which something has a value between a first and a last one. */
function soak(
  { memory = {}, p95Ms = [40, 40] }: { memory?: Record<string, [number, number]>; p95Ms?: [number, number] },
  changes: Partial<RunResult> = {},
): RunResult {
  const at = (second: number, [first, last]: [number, number]) =>
    second < 60 ? 9_999 : first + ((last - first) * (second - 60)) / 100;
  const seconds = Array.from({ length: 160 }, (_, second) => second);
  const [sample] = sampleResult().seconds;
  return sampleResult({
    scenario: 'soak',
    phases: [samplePhase({ warmUp: true, seconds: 60, statuses: {} }), samplePhase({ seconds: 100 })],
    seconds: seconds.flatMap((second) => (sample ? { ...sample, second, p95Ms: at(second, p95Ms) } : [])),
    containers: seconds.map((second) => ({
      second,
      containers: Object.fromEntries(
        Object.entries({ steady: [200, 200] as [number, number], ...memory }).map(([name, ends]) => [
          name,
          { cores: 0, memoryBytes: at(second, ends) * mebibyte },
        ]),
      ),
    })),
    ...changes,
  });
}
const broken = (...args: Parameters<typeof soak>): string[] => brokenGrowth(soak(...args), sampleSla);

describe('a long run', () => {
  test('passes when nothing grows, whatever its warm-up was like', () => {
    expect(broken({})).toEqual([]);
    expect(brokenGates(soak({}), sampleSla)).toEqual([]);
  });

  test('names each container whose memory has grown', () => {
    const memory = { producer: [100, 130], consumer: [100, 115], streams: [200, 400] } as const;
    expect(broken({ memory: structuredClone(memory) as never })).toEqual([
      'memory of producer has grown from 103 to 127 MiB, at most 1.2 times',
      'memory of streams has grown from 220 to 380 MiB, at most 1.2 times',
    ]);
  });

  test('takes noise of small ones, and growth of those that keep data', () => {
    expect(broken({ memory: { renewal: [10, 60], kafka: [300, 900] } })).toEqual([]);
  });

  test('may not become slower', () => {
    expect(broken({ p95Ms: [40, 90] })).toEqual(['P95 has grown from 45.0 to 85.0 ms, at most 1.5 times']);
    expect(broken({ p95Ms: [2, 15] })).toEqual([]);
  });

  test('is one that was watched from its beginning to its end', () => {
    expect(broken({}, { containers: [] })).toEqual(['the memory of no container was watched']);
    const { containers } = soak({ memory: { late: [200, 200] } });
    const since = containers.map(({ second, containers: { late, ...others } }) => ({
      second,
      containers: late && second > 100 ? { ...others, late } : others,
    }));
    expect(broken({}, { containers: since })).toEqual([
      'memory of late has grown from NaN to 200 MiB, at most 1.2 times',
    ]);
  });

  test('is held to it alone: a short one may still grow', () => {
    expect(brokenGates(soak({ p95Ms: [40, 90] }), sampleSla)).toHaveLength(1);
    expect(brokenGates(soak({ p95Ms: [40, 90] }, { scenario: 'spike' }), sampleSla)).toEqual([]);
  });
});
