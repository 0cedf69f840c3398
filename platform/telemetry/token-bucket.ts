/** Lets through at most so many a second; it holds what a second brings, so that they may come at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param now a clock in milliseconds that never goes back. */
  constructor(perSecond: number, now = (): number => performance.now()) {
    this.#perSecond = perSecond;
    // A rate of less than one a second must be able to save up for one.
    this.#capacity = perSecond > 0 ? Math.max(1, perSecond) : 0;
    this.#tokens = this.#capacity;
    this.#now = now;
    this.#filledAt = now();
  }

  /** Whether one more may pass now. */
  take(): boolean {
    const now = this.#now();
    const gained = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
