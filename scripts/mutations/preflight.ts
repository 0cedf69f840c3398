import { join } from 'node:path';
import { run } from '../docker/run.ts';
import { type Mutation, StaleMutationError } from './mutation.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * Finds the mutations that can prove nothing: stale ones, and those that are no program, for example by a name that
 * was changed meanwhile: by them, too, a test turns red, which says nothing about the guard.
 *
 * @returns what is wrong with each of them.
 */
export async function preflight(
  mutations: readonly Mutation[],
  copy: WorkingCopy,
  signal: AbortSignal,
): Promise<ReadonlyMap<Mutation, string>> {
  const complaints = new Map<Mutation, string>();
  for (const mutation of mutations) {
    const complaint = await staleness(mutation, copy);
    if (complaint !== undefined) complaints.set(mutation, complaint);
  }
  for (const round of rounds(mutations.filter((mutation) => !complaints.has(mutation)))) {
    if ((await inPlace(round, copy, () => typeError(copy.path, signal))) === undefined) continue;
    for (const mutation of round) {
      const error = await copy.with(mutation, () => typeError(copy.path, signal));
      if (error !== undefined) complaints.set(mutation, `it is no program: ${error}`);
    }
  }
  return complaints;
}

async function staleness(mutation: Mutation, copy: WorkingCopy): Promise<string | undefined> {
  try {
    await copy.with(mutation, () => Promise.resolve());
    return undefined;
  } catch (error) {
    if (error instanceof StaleMutationError) return error.message;
    throw error;
  }
}

/** One mutation a file at a time: a few checks of the whole program instead of one for each mutation. */
function rounds(mutations: readonly Mutation[]): Mutation[][] {
  const sources = mutations.filter(({ file }) => file.endsWith('.ts'));
  const byFile = [...Map.groupBy(sources, ({ file }) => file).values()];
  const count = Math.max(0, ...byFile.map((ofFile) => ofFile.length));
  return Array.from({ length: count }, (_, round) =>
    byFile.flatMap((ofFile) => ofFile.slice(round, round + 1)),
  );
}

function inPlace<T>(
  [first, ...rest]: readonly Mutation[],
  copy: WorkingCopy,
  work: () => Promise<T>,
): Promise<T> {
  return first ? copy.with(first, () => inPlace(rest, copy, work)) : work();
}

/** @returns the first error in the types of the copy, or undefined when there is none. */
async function typeError(root: string, signal: AbortSignal): Promise<string | undefined> {
  // Incremental: after the first time only what a mutation touches is checked again.
  const memory = join(root, '.tsbuildinfo');
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', memory],
    { cwd: root, signal },
  );
  return code === 0 ? undefined : (`${stdout}${stderr}`.split('\n')[0] ?? `tsc ended with ${code}`);
}
