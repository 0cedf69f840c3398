import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const limits = unit('scripts/gates/gates.test.ts');
const workflows = unit('scripts/gates/workflows.test.ts');
const running = unit('scripts/gates/run-gates.test.ts');

/** A gate holds what it says, everywhere, and nobody gets around it unseen (docs/adr/0042). */
export const gates: Family = {
  name: 'gates',
  mutations: [
    {
      name: 'coverage',
      guard: 'less coverage is not let through by a lower number',
      file: 'vitest.config.ts',
      find: 'lines: 80',
      replace: 'lines: 60',
      test: limits('tests: lines covered at least 80 % > is what is enforced'),
    },
    {
      name: 'start-up',
      guard: 'a slower start is not let through by a higher number',
      file: 'scripts/nightly/start.ts',
      find: 'healthyWithinSeconds = 30',
      replace: 'healthyWithinSeconds = 60',
      test: limits('start: healthy after at most 30 s > is what is enforced'),
    },
    {
      name: 'advisories',
      guard: 'an advisory that is high fails the audit',
      file: 'scripts/suites/audit-suite.ts',
      find: "auditLevel = 'high'",
      replace: "auditLevel = 'critical'",
      test: unit('scripts/suites/audit-suite.test.ts')('the audit > fails by what is high, and names it'),
    },
    {
      name: 'vulnerabilities',
      guard: 'a vulnerability that is high fails the scan',
      file: '.github/workflows/security.yml',
      find: 'severity: HIGH,CRITICAL\n          limit-severities-for-sarif: true\n          exit-code: 1',
      replace: 'severity: CRITICAL\n          limit-severities-for-sarif: true\n          exit-code: 1',
      test: workflows('every gate > of vulnerabilities fails by what is high or critical'),
    },
    {
      name: 'nothing is skipped on GitHub',
      guard: 'a gate that can not be run in the pipeline fails it',
      file: '.github/workflows/ci.yml',
      find: '--strict tests',
      replace: 'tests',
      test: workflows('every gate > tests is run by its job, and may not be skipped there'),
    },
    {
      name: 'strict',
      guard: 'with --strict what is skipped fails',
      file: 'scripts/gates/run-gates.ts',
      find: 'if (strict && ',
      replace: 'if (strict && !strict && ',
      test: running('running gates > fails by what can not be run where everything has to'),
    },
    {
      name: 'a crash',
      guard: 'a command that crashed is no pass',
      file: 'scripts/gates/run-gates.ts',
      find: 'counted === 0 && (code !== 0 || ',
      replace: 'counted === 0 && (code < 0 || ',
      test: running('what a command says of itself > crashed at its end'),
    },
    {
      name: 'the required check',
      guard: 'the one check that branches require waits for every job',
      file: '.github/workflows/ci.yml',
      find: ', kubernetes]',
      replace: ']',
      test: workflows('every gate > of ci is waited for by the one check that branches require'),
    },
    {
      name: 'all of the history',
      guard: 'a secret that was removed again is found',
      file: '.github/workflows/ci.yml',
      find: 'fetch-depth: 0',
      replace: 'fetch-depth: 1',
      test: workflows('every gate > that searches the history for secrets has all of it'),
    },
    {
      name: 'actions by commit',
      guard: "what was looked at is what runs: an action's tag can be moved",
      file: '.github/actions/set-up/action.yml',
      find: '55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0',
      replace: 'v6',
      test: workflows('actions of others > are pinned to commits, with their versions'),
    },
    {
      name: 'rights of jobs',
      guard: 'a job has the rights to write that it needs, and no others',
      file: '.github/workflows/release.yml',
      find: 'packages: read #',
      replace: 'packages: write #',
      test: workflows('a workflow > has few jobs that may write'),
    },
    {
      name: 'approval',
      guard: 'a deployment is one to an environment, which has approvals',
      file: '.github/workflows/deploy.yml',
      find: '    environment: ',
      replace: '    # environment: ',
      test: workflows('a workflow > deploys to an environment, which is where approvals are'),
    },
    {
      name: 'signatures',
      guard: 'what somebody else has put into the registry is not rolled out',
      file: '.github/workflows/deploy.yml',
      find: 'xargs -n 1 cosign verify --output text',
      replace: 'xargs -n 1 cosign triangulate',
      test: workflows('a workflow > deploys nothing that the release has not signed'),
    },
    {
      name: 'digests',
      guard: 'a release names what was verified, by its digest',
      file: 'scripts/release/pins.ts',
      find: '@sha256:[0-9a-f]{64}$/',
      replace: '(@|:).*$/',
      test: unit('scripts/release/pins.test.ts')('what was published > may not be an image by its tag'),
    },
    {
      name: 'images that are watched',
      guard: 'an image of others is brought up to date',
      file: 'renovate.json',
      find: '_IMAGE=(?<depName>',
      replace: '_IMAGE=(?<depName>ghcr',
      test: unit('scripts/gates/renovate.test.ts')(
        'every image of others in .env is watched by Renovate, and ours are not',
      ),
    },
  ],
};
