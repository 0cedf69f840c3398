/** A part of a run with one load. */
export interface Phase {
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  readonly durationMs: number;
  /** Rises evenly from nothing to `rate`. */
  readonly rising?: boolean;
  /** Warms up: what happens in it is not counted. */
  readonly warmUp?: boolean;
}

/** A request that has to be sent. */
export interface Slot {
  /** Index of its phase. */
  readonly phase: number;
  /** When, in milliseconds from the start of the run. */
  readonly dueMs: number;
}

/** How many requests a phase has. */
export const slotsOf = ({ rate, durationMs, rising }: Phase): number =>
  Math.round(((rate * durationMs) / 1000) * (rising ? 0.5 : 1));

/**
 * When requests have to be sent, whatever becomes of earlier ones (open loop): evenly, because a load that is stated as
 * "1000 a second" has to be that in every second.
 *
 * @param share which of `share.of` generators asks: each gets every `of`-th request.
 */
export function* schedule(
  phases: readonly Phase[],
  share: { readonly index: number; readonly of: number } = { index: 0, of: 1 },
): Generator<Slot> {
  let beginMs = 0;
  let number = 0;
  for (const [index, phase] of phases.entries()) {
    const count = slotsOf(phase);
    for (let n = 0; n < count; n += 1, number += 1) {
      if (number % share.of === share.index) yield { phase: index, dueMs: beginMs + momentOf(phase, n) };
    }
    beginMs += phase.durationMs;
  }
}

/** When the n-th request of a phase is due, in milliseconds from its start. */
function momentOf({ rate, durationMs, rising }: Phase, n: number): number {
  // The count up to t is rate·t²/2T while it rises.
  return rising ? Math.sqrt((2 * n * durationMs * 1000) / rate) : (n * 1000) / rate;
}

export const totalMs = (phases: readonly Phase[]): number =>
  phases.reduce((sum, { durationMs }) => sum + durationMs, 0);
