import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import type { Suite } from '../suites/suite.ts';
import { vitestSuite } from '../suites/vitest-suite.ts';

/** Where the tests leave what they measured, for the nightly report. */
export const clusterFiguresFile = join(repositoryRoot, '.coffee', 'reports', 'cluster-figures.json');

/** The tests in e2e/cluster, against the cluster that is up. */
export function clusterSuite(quick: boolean): Suite {
  const files = quick ? ['e2e/cluster/local.test.ts'] : [];
  const suite = vitestSuite('cluster', quick ? 6 : 45, ['--project', 'cluster', ...files]);
  return {
    ...suite,
    async run(signal) {
      await rm(clusterFiguresFile, { force: true });
      return suite.run(signal);
    },
  };
}
