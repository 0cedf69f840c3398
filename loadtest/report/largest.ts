import type { Series } from './line-chart.ts';

const areaOf = ({ points }: Series): number => points.reduce((sum, [, y]) => sum + y, 0);

/**
 * At most `room` series: those with the largest areas, in their order, and what is left of them added up as `others`, last.
 * The series are of the same moments; a moment that one lacks adds nothing.
 */
export function largest(series: readonly Series[], room: number): readonly Series[] {
  if (series.length <= room) return series;
  const byArea = series.toSorted((a, b) => areaOf(b) - areaOf(a));
  const shown = new Set(byArea.slice(0, room - 1));
  const rest = new Map<number, number>();
  for (const [x, y] of byArea.slice(room - 1).flatMap(({ points }) => points))
    rest.set(x, (rest.get(x) ?? 0) + y);
  const points = [...rest].toSorted(([a], [b]) => a - b);
  return [
    ...series.filter((one) => shown.has(one)),
    { name: `others (${series.length - shown.size})`, points },
  ];
}
