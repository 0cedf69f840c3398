import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AutoETS, initSync as initEts } from '@bsull/augurs/ets';
import { initSync as initMstl, MSTL } from '@bsull/augurs/mstl';

// The library is WebAssembly made for browsers: Node hands it its files.
const wasm = (name: string): { module: Buffer } => ({
  module: readFileSync(
    new URL(`${name}_bg.wasm`, `file://${fileURLToPath(import.meta.resolve('@bsull/augurs/mstl'))}`),
  ),
});
initEts(wasm('ets'));
initMstl(wasm('mstl'));

export type Method = 'mstl-ets' | 'ets' | 'seasonal-naive' | 'naive';

export interface ForecastOptions {
  /** Lengths of seasons in points, the shortest first: 24 and 168 for hours. Those longer than half of the data are left out. */
  readonly periods: readonly number[];
  /** How many points ahead. */
  readonly horizon: number;
}

export interface Forecast {
  readonly points: number[];
  /** 90 % of the errors of the backtest were within. */
  readonly lower: number[];
  readonly upper: number[];
  readonly method: Method;
  readonly backtest: {
    /** How often the past was forecast from what came before it. */
    readonly folds: number;
    /** Mean absolute error of the method that was taken. */
    readonly error: number;
    /** The same of the best baseline: repeating the last season, or the last value. */
    readonly baselineError: number;
  };
}

/** There is too little to forecast from. */
export class TooShortError extends Error {
  override readonly name = 'TooShortError';
}

type Model = (past: readonly number[], horizon: number) => number[];

const mostFolds = 12;
// What is only as good as something simpler is not worth it: it must be better by more than chance.
const worthIt = 0.95;
const covered = 0.9;

const naive: Model = (past, horizon) => Array.from({ length: horizon }, () => past.at(-1) ?? 0);

const seasonalNaive =
  (period: number): Model =>
  (past, horizon) =>
    Array.from({ length: horizon }, (_, index) => past[past.length - period + (index % period)] ?? 0);

/** Exponential smoothing whose kind is chosen by AICc, for what has no season. */
const ets: Model = (past, horizon) => {
  using model = new AutoETS(1, 'ZZN');
  model.fit(Float64Array.from(past));
  return [...model.predict(horizon).point];
};

/** Seasons by MSTL, the rest by exponential smoothing whose kind is chosen by AICc (Bandara et al., arXiv:2107.13462). */
const mstlEts =
  (periods: readonly number[]): Model =>
  (past, horizon) => {
    using model = MSTL.ets([...periods]);
    model.fit(Float64Array.from(past));
    return [...model.predict(horizon).point];
  };

/**
 * Forecasts a series that can't be negative, evenly spaced, the oldest first. The past is forecast from what came before
 * it (rolling origin), by the model and by the baselines; the model is taken when it beats them, so that the error that is
 * told is one that was measured.
 *
 * @throws TooShortError
 */
export function forecast(series: readonly number[], { periods, horizon }: ForecastOptions): Forecast {
  const usable = periods.filter((period) => series.length >= 3 * period);
  const [period = 1] = usable;
  if (series.length < Math.max(12, 3 * period))
    throw new TooShortError(`${series.length} points are too few`);
  const candidates = new Map<Method, Model>([['naive', naive]]);
  if (period > 1) candidates.set('seasonal-naive', seasonalNaive(usable.at(-1) ?? period));
  if (usable.length > 0) candidates.set('mstl-ets', mstlEts(usable));
  else candidates.set('ets', ets);
  const step = Math.max(1, Math.min(horizon, period > 1 ? period : 4));
  const shortest = Math.max(8, 2 * (usable.at(-1) ?? 1));
  const folds = Math.max(1, Math.min(mostFolds, Math.floor((series.length - shortest) / step)));
  const trials = [...candidates].map(([method, model]) => trial(method, model, series, folds, step));
  const isModel = ({ method }: Trial): boolean => method === 'mstl-ets' || method === 'ets';
  const baseline = simplest(trials.filter((one) => !isModel(one)));
  const taken = simplest([baseline, ...trials.filter(isModel)]);
  const points = (candidates.get(taken.method) as Model)(series, horizon).map((point) => Math.max(0, point));
  const margin = quantile(taken.errors.map(Math.abs), covered);
  return {
    points: points.map(tidy),
    lower: points.map((point) => tidy(Math.max(0, point - margin))),
    upper: points.map((point) => tidy(point + margin)),
    method: taken.method,
    backtest: { folds, error: tidy(taken.error), baselineError: tidy(baseline.error) },
  };
}

interface Trial {
  readonly method: Method;
  readonly errors: readonly number[];
  readonly error: number;
}

function trial(method: Method, model: Model, series: readonly number[], folds: number, step: number): Trial {
  const errors: number[] = [];
  for (let fold = folds; fold >= 1; fold -= 1) {
    const origin = series.length - fold * step;
    const told = model(series.slice(0, origin), step);
    for (const [index, point] of told.entries()) errors.push((series[origin + index] ?? 0) - point);
  }
  return { method, errors, error: meanAbsolute(errors) };
}

const meanAbsolute = (errors: readonly number[]): number =>
  errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;

/** Of methods in the order of their simplicity, the first one that no later one beats by more than chance. */
const simplest = (trials: readonly Trial[]): Trial =>
  trials.reduce((a, b) => (b.error < a.error * worthIt ? b : a));

/** The value that this share of the values does not exceed. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const tidy = (value: number): number => Math.round(value * 1_000) / 1_000;
