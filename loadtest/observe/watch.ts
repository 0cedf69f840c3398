import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';

/**
 * Looks again and again until it is stopped; what one look takes is part of the time between two.
 *
 * @param onFailure told of a look that failed: the run goes on without it.
 */
export function watch(
  look: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  onFailure: (why: string) => void,
): AsyncDisposable {
  const stopped = new AbortController();
  const { signal } = stopped;
  async function lookOn(): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      try {
        await look(signal);
      } catch (error) {
        if (!signal.aborted) onFailure(messageOf(error));
      }
      await pause(Math.max(0, everyMs - (performance.now() - startedAt)), signal);
    }
  }
  const looking = lookOn();
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await looking;
    },
  };
}
