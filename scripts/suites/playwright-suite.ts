import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import type { Suite } from './suite.ts';

// https://playwright.dev/docs/api/class-testresult: of its JSON report the sum.
const report = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

interface PlaywrightOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it tries may not be there: then its specs are skipped, which they say themselves, and that is no failure. */
  readonly mayBeAbsent?: boolean;
  /** Only specs whose name has this. */
  readonly only?: string;
}

/** A suite of browser specs; its counts come from Playwright's own report. Nothing is tried twice, so that flaky is failed. */
export function playwrightSuite(
  name: string,
  budgetMinutes: number,
  config: string,
  { env = {}, mayBeAbsent = false, only }: PlaywrightOptions = {},
): Suite {
  return {
    name,
    budgetMinutes,
    async run(signal) {
      const folder = join(repositoryRoot, '.coffee', 'reports');
      const file = join(folder, `${name.replaceAll(' ', '-')}.json`);
      await mkdir(folder, { recursive: true });
      await rm(file, { force: true });
      const some = only === undefined ? [] : ['--grep', only];
      await run(
        'node_modules/.bin/playwright',
        ['test', '--config', config, '--reporter=list,json', ...some],
        {
          cwd: repositoryRoot,
          env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
          signal,
          onLine: (line) => process.stderr.write(`  ${line}\n`),
        },
      );
      const { stats } = report.parse(JSON.parse(await readFile(file, 'utf8')));
      const failed = stats.unexpected + stats.flaky;
      const none = stats.expected + failed === 0 && !mayBeAbsent ? 1 : 0;
      const output = none ? `No spec ran; ${stats.skipped} were skipped.` : 'Traces and videos: .coffee/';
      return { passed: stats.expected, failed: failed + none, output };
    },
  };
}
