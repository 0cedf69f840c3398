import type { Family, Mutation } from './mutation.ts';

// A test with containers takes as long as several of those without.
const cost = ({ test: { project } }: Mutation): number => (project === 'unit' ? 1 : 3);
const sum = (mutations: readonly Mutation[]): number =>
  mutations.reduce((total, mutation) => total + cost(mutation), 0);
const testFile = ({ test: { project, file } }: Mutation): string => `${project} ${file}`;

/**
 * Shares mutations out into parts that take about the same time, the same ones each time. Those of one file of tests stay
 * together: it is run once without a mutation.
 */
export function partsOf(families: readonly Family[], count: number): readonly (readonly Family[])[] {
  const files = [
    ...Map.groupBy(
      families.flatMap(({ mutations }) => mutations),
      testFile,
    ),
  ];
  const byCost = files.toSorted(([a, ofA], [b, ofB]) => sum(ofB) - sum(ofA) || (a < b ? -1 : 1));
  const parts = Array.from({ length: count }, () => ({ cost: 0, files: new Set<string>() }));
  for (const [file, mutations] of byCost) {
    const least = parts.reduce((best, part) => (part.cost < best.cost ? part : best));
    least.files.add(file);
    least.cost += sum(mutations);
  }
  return parts.map(({ files }) =>
    families
      .map(({ name, mutations }) => ({
        name,
        mutations: mutations.filter((mutation) => files.has(testFile(mutation))),
      }))
      .filter(({ mutations }) => mutations.length > 0),
  );
}
