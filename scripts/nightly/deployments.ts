import { readFile, rm } from 'node:fs/promises';
import { type TrialRow, trialsFile, writeTable } from '../deploy/trial-table.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { figure, type Suite } from './suite.ts';

/** Good and bad versions deployed to a real cluster, under traffic; its table goes to docs/deployments.md. */
export const deployments: Suite = {
  name: 'deployments',
  summary: 'good and bad versions, killed deployments and two at once, on Kubernetes under traffic',
  budgetMinutes: 90,
  async run({ signal, note }) {
    await rm(trialsFile, { force: true });
    try {
      await check('./coffee', ['cluster', 'up'], { cwd: repositoryRoot, signal, onLine: note });
      const { code } = await run('vitest', ['run', '--project', 'deployments'], {
        cwd: repositoryRoot,
        signal,
        onLine: note,
      });
      const rows = JSON.parse(await readFile(trialsFile, 'utf8')) as TrialRow[];
      await writeTable(rows);
      return {
        figures: rows.map(({ what, outcome, accepted }) => figure(`${what}, of ${accepted} orders`, outcome)),
        failures:
          code === 0 ? [] : [`exit code ${code}: the output says which deployment was not as it must be`],
      };
    } finally {
      // Without the signal: what was made goes whatever happens.
      await run('./coffee', ['cluster', 'down'], { cwd: repositoryRoot });
    }
  },
};
