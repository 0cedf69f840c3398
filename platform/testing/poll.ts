import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { messageOf } from '../errors/app-error.ts';

export interface PollOptions {
  /** When to give up, in milliseconds. Generous: it costs nothing while things work. */
  readonly deadlineMs?: number;
  readonly intervalMs?: number;
  /** What is waited for, for the error. */
  readonly what?: string;
}

/**
 * Asks again and again until the answer is neither `undefined` nor `false` and nothing was thrown.
 *
 * @throws Error at the deadline, with what was waited for and the last answer or error as its cause.
 */
export async function poll<T>(
  ask: () => T | Promise<T>,
  options: PollOptions = {},
): Promise<Exclude<Awaited<T>, undefined | false>> {
  const { deadlineMs = 60_000, intervalMs = 50, what = 'a condition' } = options;
  const deadline = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<Awaited<T>, undefined | false>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      const seen = last instanceof Error ? messageOf(last) : inspect(last);
      throw new Error(`waited ${deadlineMs} ms for ${what}; last: ${seen}`, { cause: last });
    }
    await delay(intervalMs);
  }
}
