import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, NoReplyError } from './api-client.ts';

/**
 * Waits until the URL answers with a 2xx status.
 *
 * @param authority of the server's certificate (PEM), for `https:`.
 * @throws Error with the last failure when `deadlineMs` have passed.
 */
export async function waitForUrl(
  url: URL,
  deadlineMs: number,
  signal: AbortSignal,
  authority?: string,
): Promise<void> {
  using client = new ApiClient(url, 1, authority);
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const failure = await ask(client, url, signal);
    if (failure === undefined) return;
    if (performance.now() > deadline)
      throw new Error(`${url.href} is not ready after ${deadlineMs / 1000} s: ${failure}`);
    await delay(250, undefined, { signal });
  }
}

async function ask(client: ApiClient, url: URL, signal: AbortSignal): Promise<string | undefined> {
  try {
    const path = `${url.pathname}${url.search}`;
    const { status } = await client.send({ method: 'GET', path, timeoutMs: 2_000, signal });
    return status >= 200 && status < 300 ? undefined : `status ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoReplyError) return error.message;
    throw error;
  }
}
