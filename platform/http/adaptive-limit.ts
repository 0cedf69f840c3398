import type { Middleware } from 'koa';
import { AppError } from '../errors/app-error.ts';

export interface AdaptiveLimitOptions {
  /** Never more than this at a time. */
  readonly most: number;
  /** How long requests may take on average, in milliseconds, before fewer are let in. */
  readonly targetMs: number;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

// As many are always let in: with so few under way it is not their number that makes them slow.
const least = 64;
// Long enough for an average, short enough that an overload is over before a client gives up.
const windowMs = 100;
const fewestSamples = 10;
const decrease = 0.8;
const increase = 0.05;
// What comes at once may take longer than the target and be over before anybody has given up. Only what goes on for so long
// is too much; and for a while after it was, there is no waiting.
const burstMs = 500;
const latelyMs = 1_000;

/**
 * How many requests may be under way, found out by how long they take: what waits longer than it may is too much for this
 * process, on this machine, now. Fewer by a fifth while that is so, and a little more whenever the limit was reached
 * without it (additive increase, multiplicative decrease, as in congestion control: Chiu and Jain 1989).
 */
export class AdaptiveLimit {
  readonly #most: number;
  readonly #targetMs: number;
  readonly #now: () => number;
  #limit: number;
  #underWay = 0;
  #windowFrom: number;
  #mostUnderWay = 0;
  #samples = 0;
  #sumMs = 0;
  /** Since when requests have taken longer than the target. */
  #slowSince: number | undefined;
  #decreasedAt = Number.NEGATIVE_INFINITY;

  constructor({ most, targetMs, now = () => performance.now() }: AdaptiveLimitOptions) {
    this.#most = most;
    this.#targetMs = targetMs;
    this.#now = now;
    this.#limit = most;
    this.#windowFrom = now();
  }

  /** How many are let in at a time, at the moment. */
  get limit(): number {
    return this.#limit;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Whether one more would be too much, which is then refused: it shows that there is demand for more. */
  isReached(): boolean {
    if (this.#underWay < this.#limit) return false;
    this.#mostUnderWay = Math.max(this.#mostUnderWay, this.#limit);
    return true;
  }

  /** Lets a request in, whose end must be told to what this returns; undefined when it is too much. */
  enter(): (() => void) | undefined {
    if (this.isReached()) return undefined;
    this.#underWay += 1;
    this.#mostUnderWay = Math.max(this.#mostUnderWay, this.#underWay);
    const startedAt = this.#now();
    return () => this.#leave(startedAt);
  }

  #leave(startedAt: number): void {
    const now = this.#now();
    this.#underWay -= 1;
    this.#samples += 1;
    this.#sumMs += now - startedAt;
    if (now - this.#windowFrom < windowMs || this.#samples < fewestSamples) return;
    this.#adapt(this.#sumMs / this.#samples, now);
    this.#windowFrom = now;
    this.#mostUnderWay = this.#underWay;
    this.#samples = 0;
    this.#sumMs = 0;
  }

  #adapt(meanMs: number, now: number): void {
    const used = Math.min(this.#limit, this.#mostUnderWay);
    if (meanMs <= this.#targetMs) {
      this.#slowSince = undefined;
      if (used === this.#limit)
        this.#limit = Math.min(this.#most, this.#limit + Math.ceil(this.#limit * increase));
      return;
    }
    this.#slowSince ??= now;
    const isBurst = now - this.#slowSince < burstMs && now - this.#decreasedAt > latelyMs;
    if (isBurst || used <= least) return;
    this.#limit = Math.max(least, Math.floor(used * decrease));
    this.#decreasedAt = now;
  }
}

/** What is told to whoever is refused. */
export const overloadOf = (): AppError =>
  new AppError('overloaded', 'More requests than can be answered in time; repeat it later.', {
    retryAfterSeconds: 1,
  });

/**
 * Refuses what is too much before anything of it is read (503 with Retry-After), so that what is let in is answered in time.
 * For one route: one that waits for something that is away does not take the place of others.
 */
export function shedOverload(limit: AdaptiveLimit): Middleware {
  return async (_ctx, next) => {
    const leave = limit.enter();
    if (!leave) throw overloadOf();
    try {
      await next();
    } finally {
      leave();
    }
  };
}
