/**
 * A DDSketch: a histogram whose bins grow with their values, so that each quantile is right to a relative error, and two
 * of them merge without any loss. Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees", VLDB 2019. It is plain data, to be stored as JSON.
 */
export interface Sketch {
  /** Number of values by bin: bin k holds those from above gamma^(k-1) up to gamma^k; `zero` those below 1. */
  [bin: string]: number;
}

/** What a quantile may be off by, relative to itself. */
export const relativeError = 0.01;

const gamma = (1 + relativeError) / (1 - relativeError);
const logGamma = Math.log(gamma);
const zeroBin = 'zero';

/** Adds a value of 0 or more; what is below 1 counts as 0. Up to 30 days in milliseconds fit in about 1,100 bins. */
export function addValue(sketch: Sketch, value: number): void {
  const bin = value < 1 ? zeroBin : String(Math.ceil(Math.log(value) / logGamma));
  sketch[bin] = (sketch[bin] ?? 0) + 1;
}

export function mergeSketch(into: Sketch, from: Sketch): void {
  for (const [bin, count] of Object.entries(from)) into[bin] = (into[bin] ?? 0) + count;
}

export const countOf = (sketch: Sketch): number =>
  Object.values(sketch).reduce((sum, count) => sum + count, 0);

/** The value at quantile `q` from 0 to 1, right to `relativeError`; 0 of an empty sketch. */
export function quantile(sketch: Sketch, q: number): number {
  const rank = q * (countOf(sketch) - 1);
  const bins = Object.keys(sketch).sort((left, right) => positionOf(left) - positionOf(right));
  let seen = 0;
  for (const bin of bins) {
    seen += sketch[bin] ?? 0;
    if (seen > rank) return bin === zeroBin ? 0 : (2 * gamma ** Number(bin)) / (gamma + 1);
  }
  return 0;
}

const positionOf = (bin: string): number => (bin === zeroBin ? -1 : Number(bin));
