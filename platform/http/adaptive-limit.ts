import type { Middleware } from 'koa';
import { AppError } from '../errors/app-error.ts';

export interface AdaptiveLimitOptions {
  /** Never more than this at a time. */
  readonly most: number;
  /** How long requests may take on average, in milliseconds, before fewer are let in. */
  readonly targetMs: number;
  /** As many are always let in: with so few under way it is not their number that makes them slow; 200 unless told. */
  readonly least?: number;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

// Long enough for an average, short enough that an overload is over before a client gives up.
const windowMs = 100;
const fewestSamples = 10;
const decrease = 0.8;
const increase = 0.05;

/**
 * How many requests may be under way, found out by how long they take: what waits longer than it may is too much for this
 * process, on this machine, now. Fewer by a fifth while that is so, and a little more whenever the limit was reached
 * without it (additive increase, multiplicative decrease, as in congestion control: Chiu and Jain 1989).
 */
export class AdaptiveLimit {
  readonly #most: number;
  readonly #targetMs: number;
  readonly #least: number;
  readonly #now: () => number;
  #limit: number;
  #underWay = 0;
  #windowFrom: number;
  #mostUnderWay = 0;
  #samples = 0;
  #sumMs = 0;

  constructor({ most, targetMs, least = 200, now = () => performance.now() }: AdaptiveLimitOptions) {
    this.#most = most;
    this.#targetMs = targetMs;
    this.#least = least;
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
    this.#adapt(this.#sumMs / this.#samples);
    this.#windowFrom = now;
    this.#mostUnderWay = this.#underWay;
    this.#samples = 0;
    this.#sumMs = 0;
  }

  #adapt(meanMs: number): void {
    const used = Math.min(this.#limit, this.#mostUnderWay);
    if (meanMs > this.#targetMs) {
      if (used > this.#least) this.#limit = Math.max(this.#least, Math.floor(used * decrease));
    } else if (used === this.#limit) {
      this.#limit = Math.min(this.#most, this.#limit + Math.ceil(this.#limit * increase));
    }
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
