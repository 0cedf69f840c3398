import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const limits = unit('scripts/gates/gates.test.ts');
const workflows = unit('scripts/gates/workflows.test.ts');
const conditions = unit('scripts/gates/conditions.test.ts');
const alerts = unit('scripts/gates/code-alerts.test.ts');
const strength = unit('scripts/gates/strength.test.ts');

/** A gate that is there and looks at less, or is not asked for, is seen (docs/adr/0050). */
export const weakening: Family = {
  name: 'weakening',
  mutations: [
    {
      name: 'a gate without its action',
      guard: 'what a gate is done by is a step of its job',
      file: '.github/workflows/security.yml',
      find: 'uses: actions/dependency-review-action@a1d282b36b6f3519aa1f3fc636f609c47dddb294 # v5.0.0\n        with:\n          fail-on-severity: high',
      replace: 'run: echo nothing new',
      test: workflows('every gate > dependency review is done by the steps of its job'),
    },
    {
      name: 'a condition',
      guard: 'a gate that is left out by a condition is seen',
      file: '.github/workflows/security.yml',
      find: '    timeout-minutes: 15\n',
      replace: `    timeout-minutes: 15\n    if: \${{ github.event_name == 'push' }}\n`,
      test: conditions('every condition of a job or a step is one of these'),
    },
    {
      name: 'a trigger',
      guard: 'gates are asked for by what they were decided to be asked for',
      file: '.github/workflows/ci.yml',
      find: '  pull_request:\n',
      replace: '',
      test: conditions('every trigger is one of these'),
    },
    {
      name: 'findings of CodeQL',
      guard: 'an analysis that has found something severe fails its job',
      file: '.github/workflows/security.yml',
      find: '      - run: ./coffee ci --alerts=alerts\n',
      replace: '',
      test: conditions('a scan > of the sources is one of all languages, whose findings are read'),
    },
    {
      name: 'severity of findings',
      guard: 'an alert that is high is one that fails',
      file: 'scripts/gates/code-alerts.ts',
      find: 'severity < leastSevere',
      replace: 'severity <= leastSevere',
      test: alerts('a report of code scanning > has what is high or critical, with its place'),
    },
    {
      name: 'no report',
      guard: 'an analysis that has written nothing is no pass',
      file: 'scripts/gates/code-alerts.ts',
      find: 'if (files.length === 0) throw',
      replace: 'if (files.length < 0) throw',
      test: alerts('./coffee ci --alerts fails by one, and where there is no report'),
    },
    {
      name: 'allowed secrets',
      guard: 'what the search for secrets leaves out is what was decided on',
      file: '.gitleaks.toml',
      find: "'''^contracts/samples/.+",
      replace: "'''^contracts/.+",
      test: strength('no failure is let pass > by what .gitleaks.toml allows'),
    },
    {
      name: 'specs that are left out',
      guard: 'a spec of a browser is not left out unseen',
      file: 'e2e/console/work.spec.ts',
      find: "test.skip(onStack, 'it changes",
      replace: "test.skip(true, 'it changes",
      test: strength(
        'no test that runs everywhere is left out or the only one > but for those that are listed here, with their reasons',
      ),
    },
    {
      name: 'the only spec',
      guard: 'a spec that was tried by itself does not stay the only one',
      file: 'e2e/console/playwright.config.ts',
      find: '  forbidOnly: true,\n',
      replace: '',
      test: strength('no test that runs everywhere is left out or the only one > by the specs of console'),
    },
    {
      name: 'rows that are skipped',
      guard: 'where every backend can be had, a row that nobody was asked about is no pass',
      file: 'scripts/telemetry/conclude.ts',
      find: '!(strict && skipped.length > 0)',
      replace: '!(strict && skipped.length < 0)',
      test: unit('scripts/telemetry/conclude.test.ts')('a check ends: some are skipped, strictly'),
    },
    {
      name: 'reasons',
      guard: 'a run names why a gate of its workflow is no part of it',
      file: 'scripts/gates/gates.ts',
      find: `    notLocal: \`Grafana is only pulled, and \${startedStack}\`,\n`,
      replace: '',
      test: limits('Grafana is run here, or says why not'),
    },
    {
      name: 'parts of mutations',
      guard: 'every mutation is tried by a night',
      file: 'scripts/mutations/parts.ts',
      find: '.filter(({ mutations }) => mutations.length > 0)',
      replace: '.filter(({ mutations }) => mutations.length > 1)',
      test: unit('scripts/mutations/parts.test.ts')(
        'the parts of all mutations > have every one of them, once',
      ),
    },
    {
      name: 'what was released',
      guard: 'what runs is scanned each night, whatever .env has today',
      file: 'scripts/release/released-images.ts',
      find: "globSync('*.yaml'",
      replace: "globSync('*.yml'",
      test: unit('scripts/release/released-images.test.ts')('are those that its manifests name'),
    },
  ],
};
