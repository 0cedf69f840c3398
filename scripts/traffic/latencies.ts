// Each bucket is 2 % wider than the one before: percentiles are off by at most 1 %, in bounded memory.
const growth = Math.log(1.02);
const leastMs = 0.05;

/** A histogram of durations in milliseconds with logarithmic buckets. */
export class Latencies {
  readonly #buckets: number[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const index = Math.max(0, Math.round(Math.log(Math.max(ms, leastMs) / leastMs) / growth));
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count += 1;
  }

  /** The duration that `share` (0.95 for P95) of all stay below, in milliseconds; 0 when there is none. */
  percentile(share: number): number {
    const rank = Math.ceil(this.#count * share);
    let seen = 0;
    for (const [index, count] of this.#buckets.entries()) {
      seen += count ?? 0;
      if (count && seen >= rank) return leastMs * Math.exp(index * growth);
    }
    return 0;
  }
}
