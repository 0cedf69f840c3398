import { mean } from './averages.ts';

/** What was measured in a few seconds. */
export interface Window {
  /** Orders. */
  readonly accepted: number;
  /** How slow the machine was (machine-speed.ts). */
  readonly workMs: number;
}

export interface Stratified {
  /** What was accepted with it ÷ what was accepted without, the machine being equally fast; NaN when it never was. */
  readonly ratio: number;
  /** Which share of the windows of the kind that has fewer had others to be compared with. */
  readonly compared: number;
}

// Orders accepted change several times as much as the speed does: what comes first on a full machine takes what it takes.
const width = 0.03;

/**
 * Compares windows in which the machine was equally fast, to 3 %: a stratum, which counts as often as there are windows of both
 * kinds in it (Cochran 1968). Where others use the same hardware a machine is slower for minutes, and what is
 * measured then says more about them.
 */
export function stratifiedRatio(on: readonly Window[], off: readonly Window[]): Stratified {
  const others = strataOf(off);
  const compared = [...strataOf(on)].flatMap(([speed, withIt]) => {
    const without = others.get(speed);
    if (!without) return [];
    const weight = Math.min(withIt.length, without.length);
    return [{ weight, on: weight * acceptedIn(withIt), off: weight * acceptedIn(without) }];
  });
  const sum = (of: (stratum: (typeof compared)[number]) => number): number =>
    compared.map(of).reduce((left, right) => left + right, 0);
  return {
    ratio: sum((stratum) => stratum.on) / sum((stratum) => stratum.off),
    compared: sum(({ weight }) => weight) / Math.min(on.length, off.length),
  };
}

const strataOf = (windows: readonly Window[]): Map<number, Window[]> =>
  Map.groupBy(windows, ({ workMs }) => Math.floor(Math.log(workMs) / Math.log1p(width)));

const acceptedIn = (windows: readonly Window[]): number => mean(windows.map(({ accepted }) => accepted));
