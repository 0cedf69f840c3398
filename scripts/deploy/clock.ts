import { pause } from '#platform/lifecycle/abort.ts';

/** Time, which tests control. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; resolves early when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const clock: Clock = { now: () => Date.now(), pause };
