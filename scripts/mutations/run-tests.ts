import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { serversVariable } from '#platform/testing/global-setup.ts';
import type { TestServers } from '#platform/testing/servers.ts';
import { run } from '../docker/run.ts';
import type { NamedTest } from './mutation.ts';
import { literally } from './test-titles.ts';
import type { VitestReport } from './verdict.ts';

/** Longer than the time-outs of vitest.config.ts for a set-up and a test. */
const limitMs = 300_000;

/** What all runs share. */
export interface TestRuns {
  /** Where vitest runs: the working copy. */
  readonly root: string;
  /** Those that integration tests use. */
  readonly servers: TestServers | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs only the named tests of one file.
 *
 * @returns vitest's report, whether they pass or fail.
 * @throws Error with the end of its output when vitest gave none
 */
export async function runTests(
  { root, servers, signal }: TestRuns,
  { project, file }: Omit<NamedTest, 'name'>,
  names: readonly string[],
): Promise<VitestReport> {
  const report = join(root, '.vitest-report.json');
  await rm(report, { force: true });
  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      file,
      '--testNamePattern',
      `^(?:${names.map(literally).join('|')})$`,
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    {
      cwd: root,
      signal,
      timeoutMs: limitMs,
      env: servers ? { [serversVariable]: JSON.stringify(servers) } : {},
    },
  );
  try {
    return JSON.parse(await readFile(report, 'utf8')) as VitestReport;
  } catch (cause) {
    const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-5).join(' | ');
    throw new Error(`vitest ended with ${code} and without a report: ${tail}`, { cause });
  }
}
