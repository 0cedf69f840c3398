import type { Compared, KeptBenchmark, KeptFigures } from './history.ts';

/** Each figure as a multiple of what it was: 1 is the same. What was 0 has no multiples. */
export const ratiosTo = (
  figures: KeptFigures,
  before: KeptFigures,
): [name: keyof KeptFigures, ratio: number][] =>
  (Object.keys(figures) as (keyof KeptFigures)[])
    .filter((name) => before[name] !== 0)
    .map((name) => [name, figures[name] / before[name]]);

/** `abc of 2026-11-25, which passed` */
export const inWords = ({ commit, date, passed }: Compared): string =>
  `${commit} of ${date.slice(0, 10)}, which ${passed ? 'passed' : 'did not pass'}`;

/** The numbers of a benchmark as multiples of what they were, a line each. */
export function benchmarkRatios(
  { figures }: Pick<KeptBenchmark, 'figures'>,
  before: Pick<KeptBenchmark, 'figures'>,
): string[] {
  return figures.flatMap(({ name, value }) => {
    const was = before.figures.find((one) => one.name === name)?.value;
    if (typeof value !== 'number' || typeof was !== 'number' || was === 0) return [];
    return [`${name}: ${(value / was).toFixed(2)}`];
  });
}
