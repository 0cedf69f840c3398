import { isClusterUp } from '../cluster/connection.ts';
import { hasKind } from '../cluster/kind-provider.ts';
import { clusterScript } from '../cluster/script-provider.ts';
import { noBrowser } from '../suites/ensure-browser.ts';
import type { LocalGate } from './gate.ts';

/** A cluster that is there already may run something that somebody needs: it is not for tests that nobody asked for. */
async function noClusterOfOurOwn(signal: AbortSignal): Promise<string | undefined> {
  if (await isClusterUp())
    return 'a cluster is up, and the tests would clear it: ./coffee cluster down first';
  if (clusterScript() !== undefined || (await hasKind(signal))) return undefined;
  return 'no cluster of its own can be made here: install kind, or set COFFEE_CLUSTER_SCRIPT';
}

/** What `./coffee ci` and the workflow `ci` run, in this order: what is quick first. */
export const localGates: readonly LocalGate[] = [
  {
    name: 'lint',
    subject: 'code',
    holds: 'Biome has nothing to say',
    command: './coffee test lint',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'types',
    subject: 'code',
    holds: 'TypeScript has nothing to say',
    command: './coffee test types',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'page-types',
    subject: 'code',
    holds: "TypeScript has nothing to say to the console's page, which has a project of its own",
    command: './coffee test page-types',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'audit',
    subject: 'vulnerabilities',
    holds: 'no package has an advisory that is high or critical',
    command: './coffee test audit',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'pipeline',
    subject: 'security',
    holds: "actionlint and zizmor have nothing against the workflows; no secret is in Git's history",
    command: './coffee test pipeline',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'docs',
    subject: 'code',
    holds: 'the site of the documentation is built, and no link of it leads nowhere',
    command: './coffee test docs',
    workflow: 'ci',
    job: 'pages',
  },
  {
    name: 'manifests',
    subject: 'health',
    holds:
      'manifests fit the API, our rules and compose.yaml: probes, limits, policies, secrets; kube-score finds nothing critical, Helm nothing at all; dashboards and whatever else ./coffee sync writes are current',
    command: './coffee test manifests',
    workflow: 'ci',
    job: 'quick',
  },
  {
    name: 'tests',
    subject: 'coverage',
    holds: 'unit, contract, integration and flow tests pass',
    limits: [
      {
        what: 'lines covered',
        bound: 'at least',
        value: 80,
        unit: '%',
        file: 'vitest.config.ts',
        pattern: /thresholds: \{ lines: (\d+),/,
      },
      {
        what: 'branches covered',
        bound: 'at least',
        value: 80,
        unit: '%',
        file: 'vitest.config.ts',
        pattern: /(?<=thresholds: \{ lines: \d+, )branches: (\d+)/,
      },
      {
        what: 'gas of a payment off by',
        bound: 'at most',
        value: 0.05,
        unit: 'of what is recorded',
        file: 'services/web3-payment/contracts/tests/gas.test.ts',
        pattern: /^const tolerance = ([\d.]+);/,
      },
      {
        what: 'requests of an identity',
        bound: 'at most',
        value: 100,
        unit: 'a minute',
        file: 'platform/config/values.ts',
        pattern: /RATE_LIMIT_REQUESTS_PER_MINUTE: positiveInteger\.default\((\d+)\)/,
      },
    ],
    command: './coffee test tests',
    workflow: 'ci',
    job: 'tests',
  },
  {
    name: 'edge',
    subject: 'security',
    holds: 'the edge refuses every attack of the corpus and lets every legal request through',
    limits: [
      {
        what: 'attacks in the corpus',
        bound: 'at least',
        value: 300,
        unit: '',
        file: 'e2e/edge/firewall.test.ts',
        pattern: /protocolAttacks\)\.length\)\.toBeGreaterThanOrEqual\((\d+)\)/,
      },
      {
        what: 'kinds of legal requests',
        bound: 'at least',
        value: 40,
        unit: '',
        file: 'e2e/edge/firewall.test.ts',
        pattern: /expect\(reasons\.length\)\.toBeGreaterThanOrEqual\((\d+)\)/,
      },
    ],
    command: './coffee test edge',
    workflow: 'ci',
    job: 'platform',
  },
  {
    name: 'e2e',
    subject: 'health',
    holds:
      "the console's page is built; every view works in a browser, by keyboard and on a phone, and axe finds nothing",
    limits: [
      {
        what: 'the page with all its views, by gzip,',
        bound: 'at most',
        value: 250_000,
        unit: 'bytes',
        file: 'e2e/console/first-visit.spec.ts',
        pattern: /^const mostBytes = ([\d_]+);/,
      },
      {
        what: "there for the first time, by the machine's speed, after",
        bound: 'at most',
        value: 1_000,
        unit: 'ms',
        file: 'e2e/console/first-visit.spec.ts',
        pattern: /^const mostMs = ([\d_]+);/,
      },
    ],
    command: './coffee e2e',
    workflow: 'ci',
    job: 'pages',
    unavailable: noBrowser,
  },
  {
    name: 'stack',
    subject: 'health',
    holds:
      'the platform gets healthy by Compose, an order goes through with its trace, and nothing is left behind',
    command: './coffee test stack',
    workflow: 'ci',
    job: 'platform',
  },
  {
    name: 'cluster',
    subject: 'health',
    holds: 'the platform gets ready on Kubernetes, and an order goes through',
    command: './coffee cluster test --quick',
    workflow: 'ci',
    job: 'kubernetes',
    unavailable: noClusterOfOurOwn,
    cleanUp: './coffee cluster down',
  },
];
