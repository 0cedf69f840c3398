import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { type ApiClient, NoReplyError } from '../stack/api-client.ts';

const askEveryMs = 25;

/** What a service answers; undefined while it does not. */
async function bodyOf(client: ApiClient, path: string): Promise<unknown> {
  try {
    return (await client.send({ method: 'GET', path, timeoutMs: 2_000 })).body;
  } catch (error) {
    if (error instanceof NoReplyError) return undefined;
    throw error;
  }
}

const document = z.object({ info: z.object({ title: z.string() }) });
const problem = z.object({ title: z.string() });

/** The title in the service's own document; undefined while it does not answer. */
export const titleOf = async (client: ApiClient): Promise<string | undefined> =>
  document.safeParse(await bodyOf(client, '/openapi.json')).data?.info.title;

/** What it says when there is nothing at a path: words of platform/errors/app-error.ts, which every service loads. */
export const nothingOf = async (client: ApiClient): Promise<string | undefined> =>
  problem.safeParse(await bodyOf(client, '/nothing-is-here')).data?.title;

/** Whether what a service says is of this edit, and else what it says. */
export const isOfEdit = (said: string | undefined, edit: number): string | true =>
  said?.endsWith(`(edit ${edit})`) || `"${said}"`;

/**
 * Milliseconds from `savedAt`, on the clock of `performance.now()`, until what is asked for is served; `serves` tells whether it
 * is, and what is there instead.
 *
 * @throws Error when it is not served within `giveUpMs`
 */
export async function untilServed(
  savedAt: number,
  serves: () => Promise<string | true>,
  giveUpMs: number,
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    const served = await serves();
    const passed = performance.now() - savedAt;
    if (served === true) return passed;
    if (passed > giveUpMs) throw new Error(`after ${giveUpMs / 1_000} s it is still ${served}`);
    signal.throwIfAborted();
    await pause(askEveryMs, signal);
  }
}
