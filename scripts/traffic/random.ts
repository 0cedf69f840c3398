/** Uniform in [0, 1). */
export type Random = () => number;

/** A seeded generator (mulberry32, Tommy Ettinger): small, fast and good enough to choose coffees. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of `values`, all equally likely. @throws RangeError when there are none */
export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

/** One of `values`, the n-th with weight 1/n (Zipf's law): a few are popular, many are rare. */
export function pickPopular<T>(random: Random, values: readonly T[]): T {
  const total = values.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  let rest = random() * total;
  for (const [index, value] of values.entries()) {
    rest -= 1 / (index + 1);
    if (rest < 0) return value;
  }
  return pick(random, values);
}
