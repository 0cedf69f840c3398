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

// Kinds are few; whoever makes more of them begins anew.
const mostKinds = 1_000;

/** Lets through at most so many a second of each kind, and counts the others. */
export class KindBudget {
  readonly #perSecond: number;
  readonly #now: (() => number) | undefined;
  readonly #kinds = new Map<string, { readonly bucket: TokenBucket; heldBack: number }>();

  /**
   * @param perSecond of each kind.
   * @param now a clock in milliseconds that never goes back.
   */
  constructor(perSecond: number, now?: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /**
   * Whether one more of its kind may pass now.
   * @returns how many of its kind were held back since the last one that passed, or undefined when this one is, too
   */
  take(kind: string): number | undefined {
    const known = this.#of(kind);
    if (!known.bucket.take()) {
      known.heldBack += 1;
      return undefined;
    }
    const { heldBack } = known;
    known.heldBack = 0;
    return heldBack;
  }

  /** One of its kind that does not ask to pass. */
  holdBack(kind: string): void {
    this.#of(kind).heldBack += 1;
  }

  #of(kind: string): { readonly bucket: TokenBucket; heldBack: number } {
    const known = this.#kinds.get(kind);
    if (known) return known;
    if (this.#kinds.size >= mostKinds) this.#kinds.clear();
    const begun = { bucket: new TokenBucket(this.#perSecond, this.#now), heldBack: 0 };
    this.#kinds.set(kind, begun);
    return begun;
  }
}
