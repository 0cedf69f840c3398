import { join } from 'node:path';
import { aborted } from '#platform/lifecycle/abort.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';

/**
 * Runs ./coffee dev with all services; resolves when they are ready. Disposal ends it, and waits for that.
 *
 * @throws Error when it ends before
 */
export async function startDev(options: readonly string[], signal: AbortSignal): Promise<AsyncDisposable> {
  const ending = new AbortController();
  const ready = new AbortController();
  const onLine = (line: string): void => {
    console.log(line);
    if (line.startsWith('Edit a file')) ready.abort();
  };
  const running = run(join(repositoryRoot, 'coffee'), ['dev', ...options], {
    onLine,
    keepOutput: false,
    // It puts containers back.
    killAfterMs: 180_000,
    signal: AbortSignal.any([ending.signal, signal]),
  });
  const ended = running.then(
    ({ code }) => `it ended with code ${code}`,
    () => 'it was stopped',
  );
  const first = await Promise.race([aborted(ready.signal), ended]);
  if (first !== undefined) throw new Error(`./coffee dev did not start: ${first}`);
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };
}
