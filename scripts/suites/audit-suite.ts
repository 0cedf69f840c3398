import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import type { Suite, SuiteResult } from './suite.ts';

/** From here on an advisory fails the audit. https://docs.npmjs.com/cli/commands/npm-audit */
export const auditLevel = 'high';

const severities = ['critical', 'high', 'moderate', 'low', 'info'] as const;
const failing = severities.slice(0, severities.indexOf(auditLevel) + 1);

/** What `npm audit --json` prints, as far as it is read here: advisories, or why there are none. */
const report = z.union([
  z.object({
    vulnerabilities: z.record(z.string(), z.object({ severity: z.enum(severities), range: z.string() })),
  }),
  z.object({ message: z.string() }),
]);

/** Reads what `npm audit --json` printed. A registry without advisories is no finding, and no "all is well" either. */
export function judgeAudit(output: string): SuiteResult {
  const read = report.parse(JSON.parse(output));
  if ('message' in read) {
    // "405 Method Not Allowed - POST <address>"
    return { passed: 0, failed: 0, skipped: `no advisories here (${read.message.split(' - ')[0]})` };
  }
  const found = Object.entries(read.vulnerabilities).filter(([, { severity }]) => failing.includes(severity));
  return {
    passed: found.length === 0 ? 1 : 0,
    failed: found.length,
    output: found
      .map(([name, { severity, range }]) => `✗ package-lock.json: ${name} ${range}: ${severity}`)
      .join('\n'),
  };
}

/** The advisories of npm's registry for all packages of the lockfile, development's included: they run in CI. */
export const auditSuite = (name: string, budgetMinutes: number): Suite => ({
  name,
  budgetMinutes,
  async run(signal) {
    const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=0'];
    return judgeAudit((await run('npm', args, { cwd: repositoryRoot, signal })).stdout);
  },
});
