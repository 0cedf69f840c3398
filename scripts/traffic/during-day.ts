import { type DayOptions, type DayResult, runDay } from './run-day.ts';
import type { Statistics } from './statistics.ts';

/**
 * Customers order for as long as `work` takes, but no longer than the day lasts. Then it closes: nobody comes any more, and
 * who is there gets an answer. To abort the day instead would send home whoever waits to ask again just then, without
 * one.
 *
 * @param onStart as runDay's.
 * @throws what `work` throws, when the customers have gone; whatever runDay throws.
 */
export async function duringDay<T>(
  options: Omit<DayOptions, 'closing'>,
  signal: AbortSignal,
  work: () => Promise<T>,
  onStart?: (statistics: Statistics) => void,
): Promise<{ readonly day: DayResult; readonly result: T }> {
  const closing = new AbortController();
  const running = runDay({ ...options, closing: closing.signal }, signal, onStart);
  const working = work().finally(() => closing.abort());
  const [day, result] = await Promise.allSettled([running, working]);
  if (day.status === 'rejected') throw day.reason;
  if (result.status === 'rejected') throw result.reason;
  return { day: day.value, result: result.value };
}
