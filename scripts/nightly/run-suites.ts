import { arch, cpus, release, totalmem, type } from 'node:os';
import { messageOf } from '#platform/errors/app-error.ts';
import { step } from '../cli/progress.ts';
import { currentCommit } from '../docker/current-commit.ts';
import { readResults, type SuiteResult, writeResults } from './results.ts';
import type { Suite, SuiteOutcome } from './suite.ts';

export interface RunSuitesOptions {
  readonly suites: readonly Suite[];
  /** Where the results are kept; entries of other suites stay as they are. */
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Runs the suites one after another and writes each result as soon as it is there. @returns whether all passed */
export async function runSuites({ suites, folder, seed, signal }: RunSuitesOptions): Promise<boolean> {
  const commit = await currentCommit();
  let passed = true;
  for (const suite of suites) {
    const startedAt = performance.now();
    const outcome = await runSuite(suite, seed, signal);
    // Stopped by hand: that says nothing about the suite.
    signal.throwIfAborted();
    const result: SuiteResult = {
      ...outcome,
      passed: outcome.failures.length === 0,
      commit,
      date: new Date().toISOString(),
      machine: describeMachine(),
      seed,
      minutes: Math.round((performance.now() - startedAt) / 6_000) / 10,
      budgetMinutes: suite.budgetMinutes,
    };
    await writeResults(folder, { ...(await readResults(folder)), [suite.name]: result });
    passed &&= result.passed;
  }
  return passed;
}

/** A suite that throws or uses up its budget has failed; the others still run. */
async function runSuite(suite: Suite, seed: number, signal: AbortSignal): Promise<SuiteOutcome> {
  const budget = AbortSignal.timeout(suite.budgetMinutes * 60_000);
  try {
    return await step(`${suite.name}: ${suite.summary}`, ({ note }) =>
      suite.run({ signal: AbortSignal.any([signal, budget]), seed, note }),
    );
  } catch (error) {
    const what = budget.aborted
      ? `the budget of ${suite.budgetMinutes} minutes is used up`
      : messageOf(error);
    return { figures: [], failures: [what] };
  }
}

const describeMachine = (): string =>
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()} ${arch()}, Node ${process.versions.node}`;
