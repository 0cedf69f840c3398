import { median } from '../scripts/bench/averages.ts';
import { secondsOf } from './measurements.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

/**
 * Containers that keep what they are told, so that they grow with the load as they should: data, page cache and index, each
 * within a limit of its own (compose.yaml).
 */
const keepers: ReadonlySet<string> = new Set([
  ...['kafka', 'postgres', 'redis', 'anvil'],
  ...['prometheus', 'jaeger', 'tempo', 'loki'],
]);

const mebibyte = 2 ** 20;

interface Timed {
  readonly second: number;
}

/** Something that was watched, as it was in the first and in the last fifth of the counted part of a run. */
type Ends = readonly [first: number, last: number];

/**
 * What was larger at the end of a long run than at its beginning, a line for each; also what was not watched, because then
 * nobody knows. Small values count as large as the floor: of them, some noise is a large share.
 */
export function brokenGrowth(result: RunResult, { growth }: Sla): string[] {
  const broken: string[] = [];
  const [first, last] = p95Ends(result).map((p95Ms) => Math.max(p95Ms, growth.p95FloorMs)) as [
    number,
    number,
  ];
  if (!(last <= first * growth.mostP95))
    broken.push(
      `P95 has grown from ${first.toFixed(1)} to ${last.toFixed(1)} ms, at most ${growth.mostP95} times`,
    );
  const memory = memoryEnds(result);
  if (memory.size === 0) broken.push('the memory of no container was watched');
  for (const [container, ends] of memory) {
    const [first, last] = ends.map((bytes) => Math.max(bytes / mebibyte, growth.memoryFloorMiB)) as [
      number,
      number,
    ];
    if (last <= first * growth.mostMemory) continue;
    broken.push(
      `memory of ${container} has grown from ${first.toFixed(0)} to ${last.toFixed(0)} MiB, at most ${growth.mostMemory} times`,
    );
  }
  return broken;
}

const p95Ends = (result: RunResult): Ends => {
  const [first, last] = fifthsOf(result, result.seconds);
  // The middle ones, as one burst is no growth.
  return [median(first.map(({ p95Ms }) => p95Ms)), median(last.map(({ p95Ms }) => p95Ms))];
};

/** Of each container that is no keeper. */
function memoryEnds(result: RunResult): ReadonlyMap<string, Ends> {
  const [first, last] = fifthsOf(result, result.containers);
  const names = new Set([...first, ...last].flatMap(({ containers }) => Object.keys(containers)));
  const of = (samples: typeof first, name: string): number =>
    median(samples.flatMap(({ containers }) => containers[name]?.memoryBytes ?? []));
  return new Map(
    [...names]
      .filter((name) => !keepers.has(name))
      .map((name) => [name, [of(first, name), of(last, name)] as const]),
  );
}

/** The samples of the first and of the last fifth of what is counted. */
function fifthsOf<S extends Timed>({ phases }: RunResult, samples: readonly S[]): readonly [S[], S[]] {
  const begin = secondsOf(phases.filter(({ warmUp }) => warmUp));
  const end = secondsOf(phases);
  const fifth = (end - begin) / 5;
  const within = (from: number, to: number): S[] =>
    samples.filter(({ second }) => second >= from && second < to);
  return [within(begin, begin + fifth), within(end - fifth, end)];
}
