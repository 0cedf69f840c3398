import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { failures, type JsonReport } from './failures.ts';
import type { Suite } from './suite.ts';

/** A suite of vitest tests; its counts come from vitest's own report, so that a run without tests is a failure. */
export function vitestSuite(name: string, budgetMinutes: number, args: readonly string[]): Suite {
  return {
    name,
    budgetMinutes,
    async run(signal) {
      const folder = join(repositoryRoot, '.coffee', 'reports');
      const file = join(folder, `${name}.json`);
      await mkdir(folder, { recursive: true });
      await rm(file, { force: true });
      const { code } = await run(
        'node_modules/.bin/vitest',
        ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
        { cwd: repositoryRoot, signal, onLine: (line) => process.stderr.write(`  ${line}\n`) },
      );
      const report: JsonReport = JSON.parse(await readFile(file, 'utf8'));
      const failed = report.numFailedTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0);
      // Tests can all pass while the run fails: coverage below its threshold, an error outside of any test.
      const elsewhere = code !== 0 && failed === 0 ? 1 : 0;
      const none = report.numPassedTests + failed === 0 ? 1 : 0;
      return {
        passed: report.numPassedTests,
        failed: failed + Math.max(elsewhere, none),
        output: elsewhere
          ? 'All tests passed, but the run failed: see above (coverage threshold?).'
          : failures(report, repositoryRoot).join('\n'),
      };
    },
  };
}
