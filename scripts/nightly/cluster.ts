import { readFile } from 'node:fs/promises';
import { clusterFiguresFile } from '../cluster/suite.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { type Figure, figure, type Suite } from './suite.ts';

/** Both overlays on a real cluster, broken in every way that the issue tracker names. */
export const cluster: Suite = {
  name: 'cluster',
  summary: './coffee cluster test: overlays/local and overlays/production on Kubernetes',
  budgetMinutes: 60,
  async run({ signal, note }) {
    try {
      const { code, stdout, stderr } = await run('./coffee', ['cluster', 'test'], {
        cwd: repositoryRoot,
        signal,
        onLine: note,
      });
      const counts = /(\d+) passed, (\d+) failed\s*$/.exec(`${stdout}${stderr}`.trim());
      const failed = counts ? `${counts[2]} tests failed` : 'it ended without a count';
      return {
        figures: [figure('tests passed', counts?.[1] ?? 'unknown'), ...(await measured())],
        failures: code === 0 ? [] : [`exit code ${code}: ${failed}; its output says which`],
      };
    } finally {
      // Without the signal: what was made goes whatever happens.
      await run('./coffee', ['cluster', 'down'], { cwd: repositoryRoot });
    }
  },
};

async function measured(): Promise<Figure[]> {
  try {
    return JSON.parse(await readFile(clusterFiguresFile, 'utf8')) as Figure[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
