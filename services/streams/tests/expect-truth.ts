import { expect } from 'vitest';
import type { Aggregate } from '../domain/aggregate.ts';
import { countOf, quantile, relativeError } from '../domain/sketch.ts';
import type { Truth } from './recompute.ts';

/** Fails unless the aggregate says what happened: counts exactly, percentiles to the error that is promised. */
export function expectTruth(aggregate: Aggregate, truth: Truth): void {
  expect(aggregate.totals).toEqual(truth.totals);
  expect(aggregate.products).toEqual(truth.products);
  expect(aggregate.shops ?? {}).toEqual(truth.shops);
  expect(aggregate.payments ?? {}).toEqual(truth.payments);
  expect(Object.keys(aggregate.stages).sort()).toEqual(Object.keys(truth.durations).sort());
  for (const [stage, sketch] of Object.entries(aggregate.stages)) {
    const durations = truth.durations[stage] ?? [];
    expect(countOf(sketch), stage).toBe(durations.length);
    for (const q of [0, 0.5, 0.95, 0.99, 1]) {
      const exact = durations[Math.floor(q * (durations.length - 1))] ?? 0;
      const allowed = exact * relativeError * 1.0001;
      expect(Math.abs(quantile(sketch, q) - exact), `${stage} at ${q}`).toBeLessThanOrEqual(allowed);
    }
  }
}
