import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#platform/errors/app-error.ts';

/**
 * Waits until the URL answers with a 2xx status.
 *
 * @throws Error with the last failure when `deadlineMs` have passed.
 */
export async function waitForUrl(url: URL, deadlineMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const failure = await ask(url, signal);
    if (failure === undefined) return;
    if (performance.now() > deadline)
      throw new Error(`${url.href} is not ready after ${deadlineMs / 1000} s: ${failure}`);
    await delay(250, undefined, { signal });
  }
}

async function ask(url: URL, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}
