import type { Gate } from './gate.ts';
import { localGates } from './local-gates.ts';

/** Every gate, in the order in which a change meets them; docs/quality-gates.md has them as a table. */
export const gates: readonly Gate[] = [
  ...localGates,
  {
    name: 'CodeQL',
    subject: 'security',
    holds: 'no alert on the sources and the workflows',
    workflow: 'security',
    job: 'code',
  },
  {
    name: 'Trivy: files',
    subject: 'vulnerabilities',
    holds: 'no package of the lockfile has a vulnerability that is high or critical',
    workflow: 'security',
    job: 'files',
  },
  {
    name: 'Trivy: configuration',
    subject: 'vulnerabilities',
    holds: 'nothing high or critical in Dockerfiles and manifests',
    workflow: 'security',
    job: 'files',
  },
  {
    name: 'Trivy: images',
    subject: 'vulnerabilities',
    holds: 'nothing high or critical that has a remedy in the images that are released',
    workflow: 'security',
    job: 'images',
  },
  {
    name: 'TruffleHog',
    subject: 'security',
    holds: 'no secret that works, in what is pushed',
    workflow: 'security',
    job: 'secrets',
  },
  {
    name: 'dependency review',
    subject: 'vulnerabilities',
    holds: 'a pull request brings no package with a vulnerability that is high or critical',
    workflow: 'security',
    job: 'dependencies',
  },
  {
    name: 'nightly',
    subject: 'delivery',
    holds:
      'no order is lost, doubled or stuck, whatever is killed or cut; every guard has a test that fails without it',
    command: './coffee nightly',
    workflow: 'nightly',
    job: 'suite',
  },
  {
    name: 'start',
    subject: 'SLA',
    holds: 'an empty stack is healthy in time, and is small at rest',
    limits: [
      {
        what: 'healthy after',
        bound: 'at most',
        value: 30,
        unit: 's',
        file: 'scripts/nightly/start.ts',
        pattern: /^const healthyWithinSeconds = ([\d_]+);/,
      },
      {
        what: 'working set at rest',
        bound: 'at most',
        value: 1_200_000_000,
        unit: 'bytes',
        file: 'scripts/nightly/start.ts',
        pattern: /^const idleBelowMebibytes = ([\d_]+) \/ 2 \*\* 20;/,
      },
    ],
    command: './coffee nightly start',
    workflow: 'nightly',
    job: 'suite',
  },
  {
    name: 'bench',
    subject: 'SLA',
    holds: 'the order book is not much slower than its database, however much is stored',
    limits: [
      {
        what: 'orders ÷ rows of a plain insert',
        bound: 'at least',
        value: 0.4,
        unit: '',
        file: 'scripts/bench/bench-core.ts',
        pattern: /value\(rawRatio\) >= ([\d.]+) \?/,
      },
      {
        what: 'cost with a million stored ÷ with none',
        bound: 'at most',
        value: 1.1,
        unit: '',
        file: 'scripts/bench/bench-core.ts',
        pattern: /value\(name\) <= ([\d.]+)\)/,
      },
    ],
    command: './coffee bench core',
    workflow: 'nightly',
    job: 'bench',
  },
  {
    name: 'published images',
    subject: 'security',
    holds: 'what the registry gives out has our signature, list of parts and provenance',
    workflow: 'release',
    job: 'verify',
  },
  {
    name: 'roll-out',
    subject: 'health',
    holds: 'every workload gets ready and an order goes through, or the version before comes back',
    workflow: 'deploy',
    job: 'deploy',
  },
];
