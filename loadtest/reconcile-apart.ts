import { totalmem } from 'node:os';
import { repositoryRoot } from '../scripts/docker/repository.ts';
import { RunError, run } from '../scripts/docker/run.ts';
import type { Report } from '../scripts/reconcile/report.ts';

// Of this machine: a million orders are some GiB of evidence, more than Node takes by default.
const shareOfMemory = 0.5;

/**
 * Reconciles a journal in a process of its own, with as much memory as the orders of a long load need.
 *
 * @throws RunError when it could not be done; findings are in the report.
 */
export async function reconcileApart(journal: string, within: string, signal: AbortSignal): Promise<Report> {
  const heap = `--max-old-space-size=${Math.floor((totalmem() * shareOfMemory) / 2 ** 20)}`;
  const args = [
    heap,
    'scripts/cli/main.ts',
    'reconcile',
    '--json',
    '--timeout',
    within,
    '--journal',
    journal,
  ];
  const result = await run(process.execPath, args, { cwd: repositoryRoot, signal });
  if (!result.stdout.trimStart().startsWith('{')) throw new RunError(process.execPath, args, result);
  return JSON.parse(result.stdout) as Report;
}
