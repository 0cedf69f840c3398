import { messageOf } from '#platform/errors/app-error.ts';
import { type Figure, figure, type SuiteOutcome } from '../nightly/suite.ts';
import type { Family, Mutation, NamedTest } from './mutation.ts';
import { preflight } from './preflight.ts';
import { runTests, type TestRuns } from './run-tests.ts';
import { verdictOf } from './verdict.ts';
import type { WorkingCopy } from './working-copy.ts';

interface Entry {
  readonly family: string;
  readonly mutation: Mutation;
}

/**
 * Takes each guard away in turn, in the copy, and runs its named test: it must pass with the guard and turn red
 * without it. A mutation that survives is a failure that names guard and test; so is one that proves nothing.
 */
export async function tryMutations(
  families: readonly Family[],
  copy: WorkingCopy,
  runs: TestRuns,
  note: (text: string) => void,
): Promise<SuiteOutcome> {
  const entries = families.flatMap(({ name: family, mutations }) =>
    mutations.map((mutation) => ({ family, mutation })),
  );
  note('checking that every mutation is a program');
  const useless = await preflight(
    entries.map(({ mutation }) => mutation),
    copy,
    runs.signal,
  );
  const byFile = Map.groupBy(entries, ({ mutation: { test } }) => `${test.project} ${test.file}`);
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const ofFile of byFile.values()) {
    const healthy = await baseline(ofFile, runs);
    for (const { family, mutation } of ofFile) {
      const startedAt = performance.now();
      const failure =
        useless.get(mutation) ?? healthy.get(mutation.test.name) ?? (await tryOne(mutation, copy, runs));
      const seconds = (performance.now() - startedAt) / 1000;
      const name = `${family}: ${mutation.name}`;
      figures.push(
        figure(name, failure === undefined ? seconds : 'FAILED', failure === undefined ? 's' : ''),
      );
      if (failure !== undefined) failures.push(`${name}: ${failure} (guard: ${mutation.guard})`);
      note(`${figures.length}/${entries.length} ${name}: ${failure ?? `red (${seconds.toFixed(1)} s)`}`);
    }
  }
  return {
    figures: [figure('guards', entries.length), figure('not red', failures.length), ...figures],
    failures,
  };
}

/** Runs the named tests of one file as they are. @returns why one is of no use, by its name */
async function baseline(ofFile: readonly Entry[], runs: TestRuns): Promise<ReadonlyMap<string, string>> {
  const tests = ofFile.map(({ mutation }) => mutation.test);
  const [first] = tests as [NamedTest];
  const names = [...new Set(tests.map(({ name }) => name))];
  const complaints = new Map<string, string>();
  try {
    const report = await runTests(runs, first, names);
    for (const name of names) {
      const verdict = verdictOf(report, first.file, name);
      if (verdict.outcome === 'passed') continue;
      const what = verdict.outcome === 'red' ? 'it is red' : verdict.reason;
      complaints.set(name, `its test does not pass without a mutation: ${what}`);
    }
  } catch (error) {
    runs.signal.throwIfAborted();
    for (const name of names) complaints.set(name, messageOf(error));
  }
  return complaints;
}

/** @returns what is wrong, or undefined when the test turned red because the guard is gone. */
async function tryOne(mutation: Mutation, copy: WorkingCopy, runs: TestRuns): Promise<string | undefined> {
  const { test } = mutation;
  try {
    const report = await copy.with(mutation, () => runTests(runs, test, [test.name]));
    const verdict = verdictOf(report, test.file, test.name);
    if (verdict.outcome === 'red') return undefined;
    return verdict.outcome === 'unusable'
      ? verdict.reason
      : `survived "${test.name}" in ${test.file}, which should turn red`;
  } catch (error) {
    runs.signal.throwIfAborted();
    return messageOf(error);
  }
}
