import { ensureEngine } from '../../docker/engine.ts';
import { ensureGit } from '../../docker/ensure-git.ts';
import { ensureImages } from '../../images/ensure.ts';
import { ensureKubectl } from '../../kubernetes/ensure-kubectl.ts';
import { parseFlags } from '../../stack/flags.ts';
import { auditSuite } from '../../suites/audit-suite.ts';
import { checkSuite } from '../../suites/check-suite.ts';
import { docsSuite } from '../../suites/docs-suite.ts';
import { skippedWithoutTools } from '../../suites/needed-images.ts';
import { closingLine, runSuites } from '../../suites/run-suites.ts';
import type { Suite } from '../../suites/suite.ts';
import { vitestSuite } from '../../suites/vitest-suite.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

/** Quickest first; `stack` needs the whole platform and is not part of the default. */
const quick: readonly Suite[] = [
  checkSuite('lint', 2, 'biome', ['check']),
  checkSuite('types', 2, 'tsc', ['--noEmit']),
  checkSuite('page-types', 2, 'tsc', ['--noEmit', '--project', 'services/console/web']),
];
const pipeline: Suite = {
  ...vitestSuite('pipeline', 2, ['--project', 'pipeline']),
  tools: ['actionlint', 'zizmor', 'gitleaks'],
};
const withContainers: readonly Suite[] = [
  vitestSuite('manifests', 4, ['--project', 'manifests']),
  pipeline,
  vitestSuite('tests', 40, ['--project', 'unit', '--project', 'integration', '--coverage']),
  vitestSuite('edge', 3, ['--project', 'edge']),
];
const onRequest: readonly Suite[] = [
  auditSuite('audit', 2),
  vitestSuite('unit', 10, ['--project', 'unit']),
  vitestSuite('integration', 35, ['--project', 'integration']),
  vitestSuite('stack', 15, ['--project', 'stack']),
  docsSuite('docs', 10),
];

/** The suites that `./coffee test NAME` knows. */
export const testSuites: readonly string[] = [...quick, ...withContainers, ...onRequest].map(
  ({ name }) => name,
);

/** Of those that are not quick. */
const withoutContainers: ReadonlySet<string> = new Set(['unit', 'docs', 'audit']);

function pick(names: readonly string[]): readonly Suite[] {
  if (names.length === 0) return [...quick, ...withContainers];
  const all = [...quick, ...withContainers, ...onRequest];
  return names.map((name) => {
    const suite = all.find((candidate) => candidate.name === name);
    if (suite) return suite;
    throw new UserError(
      `There is no suite "${name}".`,
      `Suites: ${all.map((known) => known.name).join(', ')}`,
    );
  });
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { positionals } = parseFlags('test', args, {}, true);
  const suites = pick(positionals);
  await ensureGit(signal);
  const containers = suites.some((suite) => !quick.includes(suite) && !withoutContainers.has(suite.name));
  const reports = await runSuites(
    suites.filter((suite) => quick.includes(suite)),
    signal,
  );
  let missing: readonly string[] = [];
  if (containers) {
    await ensureEngine(signal);
    ({ missing } = await ensureImages(['order', 'test'], { signal }));
    if (suites.some(({ name }) => name === 'manifests')) await ensureKubectl(signal);
  }
  reports.push(
    ...(await runSuites(
      suites.filter((suite) => !quick.includes(suite)).map((suite) => skippedWithoutTools(suite, missing)),
      signal,
    )),
  );
  say(closingLine(reports));
  return reports.some((report) => report.failed > 0) ? 1 : 0;
}

export const command: Command = {
  summary: 'Run all tests, with the set-up that they need',
  usage: `Usage: ./coffee test [suite …]

Without suites: lint, types, page-types, manifests, pipeline, all unit and integration tests with coverage, and edge.
Each of these, and:
  unit         only the unit tests, without containers
  integration  only the tests against real Kafka, PostgreSQL and Redis
  edge         the edge: attacks, legal requests, limits, TLS
  page-types   the types of the console's page, which runs in a browser
  manifests    k8s/ against compose.yaml, Kubernetes' own schemas, kube-score and rules of ours
  pipeline     the workflows by actionlint and zizmor, secrets in Git's history by gitleaks
  audit        npm's advisories for the packages, where the registry has them
  stack        the whole platform by Compose: starts it, orders, breaks it, removes it
  docs         builds the site of the documentation: no link leads nowhere

On Kubernetes: ./coffee cluster test`,
  run,
};
