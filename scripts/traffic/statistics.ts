import { Latencies } from './latencies.ts';

/** What happened so far. Only what is in the journal counts as answered. */
export class Statistics {
  /** Requests that were sent for the first time, reads excluded. */
  sent = 0;
  /** 202 answers. */
  accepted = 0;
  /** Mistakes answered with 400 and key reuses answered with 422, as it must be. */
  refused = 0;
  /** Key reuses answered with 202: reconcile wants them recorded as conflicts. */
  conflicts = 0;
  /** Requests that were sent again. */
  retried = 0;
  /** Requests without a conclusive answer after all retries. */
  unknown = 0;
  /** Reads of one's own order. */
  reads = 0;
  /** Cancellations and what baristas did, answered with 202. */
  actions = 0;
  /** Those that came too late, answered with 409. */
  actionsRefused = 0;
  /** Customers who were turned away because too many requests were open: the load was lower than asked for. */
  dropped = 0;
  /** How late the latest customers were sent, and the worst so far, in milliseconds. */
  lagMs = 0;
  worstLagMs = 0;
  /** From the intended send time to the conclusive answer, retries included. */
  readonly latencies = new Latencies();
  /** Wrong answers by what is wrong, with how often. */
  readonly errors = new Map<string, number>();

  /** The longest time between two 202 answers, in milliseconds: how long nobody could order. */
  longestGapMs = 0;
  #lastAcceptedAt: number | undefined;

  /** Notes a 202 that came at `at`, on the clock of `performance.now()`. */
  acceptedAt(at: number): void {
    this.accepted += 1;
    this.longestGapMs = Math.max(this.longestGapMs, at - (this.#lastAcceptedAt ?? at));
    this.#lastAcceptedAt = at;
  }

  error(what: string): void {
    this.errors.set(what, (this.errors.get(what) ?? 0) + 1);
  }

  late(ms: number): void {
    this.lagMs = ms;
    this.worstLagMs = Math.max(this.worstLagMs, ms);
  }

  get errorCount(): number {
    return [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }
}
