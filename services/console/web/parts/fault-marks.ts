import type { FaultTime } from '../agent.ts';

/** What a chart shows, in milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Faults that a chart of this time shows. What lasts has no end yet. */
export const faultsWithin = (faults: readonly FaultTime[], { fromMs, toMs }: TimeWindow): FaultTime[] =>
  faults.filter((fault) => fault.fromMs <= toMs && (fault.toMs ?? toMs) >= fromMs);

/** A fault of a second in a chart of a day has to be seen. */
const leastPixels = 2;

/**
 * Where a fault is marked, within the chart's own area.
 *
 * @param scale pixels of the canvas for one of the page.
 */
export function markOf(
  [begin, end]: readonly [number, number],
  area: { readonly left: number; readonly width: number },
  scale: number,
): { readonly left: number; readonly width: number } {
  const right = area.left + area.width;
  const least = leastPixels * scale;
  const left = Math.min(Math.max(area.left, begin), right - least);
  return { left, width: Math.max(least, Math.min(right, end) - left) };
}
