import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { type RunOptions, type RunResult, run } from '../docker/run.ts';

/** Runs `./coffee ARGS` until it ends; when the signal aborts it undoes what it does. */
export type RunCoffee = (
  args: readonly string[],
  options: { readonly signal: AbortSignal } & Pick<RunOptions, 'onLine'>,
) => Promise<RunResult>;

/** What was broken is mended first: a container that starts, or an engine that is busy, takes its time. */
const endsWithinMs = 60_000;

export const runCoffee: RunCoffee = (args, options) =>
  run(process.execPath, [join(repositoryRoot, 'scripts', 'cli', 'main.ts'), ...args], {
    ...options,
    cwd: repositoryRoot,
    killAfterMs: endsWithinMs,
  });

/** The last lines of a command that say something, without the control characters of a terminal. */
export function lastLines(lines: readonly string[], most = 20): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what goes.
  const plain = lines.flatMap((line) => line.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split('\r'));
  return plain.filter((line) => line.trim() !== '').slice(-most);
}
