import { startServers } from '#platform/testing/servers.ts';
import { ensureEngine } from '../docker/engine.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { ensureImages } from '../images/ensure.ts';
import type { Suite, SuiteContext, SuiteOutcome } from '../nightly/suite.ts';
import { families } from './families.ts';
import type { Family } from './mutation.ts';
import { partsOf } from './parts.ts';
import { tryMutations } from './try-mutations.ts';
import { copyWorkingTree } from './working-copy.ts';

/** So many that each is done well before the job of a workflow ends that runs it. */
const parts = 4;

/** Every guard is taken away once; the test that is there for it must turn red. */
export const mutationParts: readonly Suite[] = partsOf(families, parts).map((part, index) => ({
  name: `mutations-${index + 1}`,
  partOf: 'mutations',
  summary: `takes each guard away in a copy of the working tree; its named test must turn red (part ${index + 1} of ${parts})`,
  budgetMinutes: 90,
  run: (context) => tryFamilies(part, context),
}));

/** Tries the mutations in a copy of the working tree; integration tests share servers that start once. */
export async function tryFamilies(
  chosen: readonly Family[],
  { signal, note }: Pick<SuiteContext, 'signal' | 'note'>,
): Promise<SuiteOutcome> {
  await using parts = new AsyncDisposableStack();
  const copy = parts.use(await copyWorkingTree(repositoryRoot, signal));
  const projects = new Set(chosen.flatMap(({ mutations }) => mutations.map(({ test }) => test.project)));
  const needsServers = projects.has('integration');
  if (needsServers || projects.has('edge')) {
    await ensureEngine(signal);
    await ensureImages(['order', 'test'], { signal });
  }
  const servers = needsServers ? parts.use(await startServers()) : undefined;
  return await tryMutations(chosen, copy, { root: copy.path, servers, signal }, note);
}
