import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Waits; resolves early when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Milliseconds to wait before attempt `attempt` (0, 1, 2 …): doubles from `firstMs` up to `mostMs`, less a random
 * part of up to half, so that replicas do not retry in step.
 */
export function backoff(attempt: number, firstMs = 100, mostMs = 5_000): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 20));
  return full * (1 - Math.random() / 2);
}

/** Repeats `work` with backoff until it succeeds; `undefined` when the signal is aborted first. */
export async function retryUntilAborted<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (error: unknown, attempt: number) => void,
): Promise<T | undefined> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      onFailure(error, attempt);
      await pause(backoff(attempt), signal);
    }
  }
  return undefined;
}

/**
 * Repeats `work` with backoff until it succeeds, for at most `ms`.
 *
 * @throws what the last attempt threw, or the signal's reason.
 */
export async function retryWithin<T>(ms: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + ms;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const waitMs = backoff(attempt);
      if (performance.now() + waitMs > deadline) throw error;
      await pause(waitMs, signal);
    }
  }
}

/**
 * The outcome of `work`, unless that takes longer than `ms`; the work itself goes on, and what becomes of it is dropped.
 * For clients that may never answer: kafkajs forgets requests whose connection ends at the wrong moment.
 *
 * @throws Error `no answer within … ms`.
 */
export async function answerWithin<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves with the work, or after `ms` without it: for stopping, where waiting for ever is worse than not waiting. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
