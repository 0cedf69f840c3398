import { say } from '../cli/progress.ts';
import type { Suite, SuiteReport } from './suite.ts';

/** Runs suites one after another, each within its budget, and never stops at the first failure. */
export async function runSuites(suites: readonly Suite[], signal: AbortSignal): Promise<SuiteReport[]> {
  const reports: SuiteReport[] = [];
  for (const suite of suites) {
    signal.throwIfAborted();
    say(`… ${suite.name}`);
    const report = await runSuite(suite, signal);
    reports.push(report);
    if (report.skipped !== undefined) {
      say(skippedLine(suite.name, report.skipped));
      continue;
    }
    const counts = `${report.passed} passed, ${report.failed} failed`;
    say(`${report.failed > 0 ? '✗' : '✓'} ${suite.name}: ${counts} (${report.seconds.toFixed(1)} s)`);
    if (report.failed > 0 && report.output) say(report.output);
  }
  return reports;
}

async function runSuite(suite: Suite, signal: AbortSignal): Promise<SuiteReport> {
  const startedAt = performance.now();
  const budget = AbortSignal.timeout(suite.budgetMinutes * 60_000);
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  try {
    const result = await suite.run(AbortSignal.any([signal, budget]));
    return { name: suite.name, seconds: elapsed(), ...result };
  } catch (error) {
    signal.throwIfAborted();
    const output = budget.aborted
      ? `It took longer than its budget of ${suite.budgetMinutes} minutes.`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    return { name: suite.name, seconds: elapsed(), passed: 0, failed: 1, output };
  }
}

/** How a run tells of a suite that can't be run here; `./coffee ci` reads it. */
export const skippedLine = (name: string, reason: string): string => `– ${name}: skipped: ${reason}`;

/** The last line of a run, in the form that continuous integration reads. */
export function closingLine(reports: readonly SuiteReport[]): string {
  const sum = (pick: (report: SuiteReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return `${sum((report) => report.passed)} passed, ${sum((report) => report.failed)} failed`;
}
