import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actions, workflows } from './workflow.ts';

// What a workflow does is one thing, when it does it another: a gate that is never asked for is green as well. All of it is
// listed here, so that a change of it is one that somebody has read.

const jobs = workflows.flatMap(({ id, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ title: `${id}: ${name}`, job })),
);
const steps = jobs.flatMap(({ title, job }) => job.steps.map((step) => ({ title, step })));
/** `actions/checkout@3d3c… # v7` → `actions/checkout` */
const withoutVersion = (uses: string): string => uses.replace(/@.*/, '');

it('every condition of a job or a step is one of these', () => {
  const ofJobs = jobs.flatMap(({ title, job }) => (job.if === undefined ? [] : [`${title}: ${job.if}`]));
  expect(ofJobs).toEqual([
    `ci: passed: \${{ always() }}`,
    `nightly: tell: \${{ failure() }}`,
    `security: dependencies: \${{ github.event_name == 'pull_request' }}`,
  ]);
  const ofSteps = steps.flatMap(({ title, step: { if: condition, uses = '', run = '' } }) =>
    condition === undefined ? [] : [`${title}: ${withoutVersion(uses) || run.split('\n')[0]}: ${condition}`],
  );
  const upload = 'actions/upload-artifact';
  const sarif = 'github/codeql-action/upload-sarif';
  expect(ofSteps).toEqual([
    `ci: tests: ${upload}: \${{ !cancelled() }}`,
    `ci: pages: ${upload}: \${{ failure() }}`,
    `ci: grafana: ${upload}: \${{ failure() }}`,
    `ci: platform: ${upload}: \${{ failure() }}`,
    `ci: load: actions/cache/save: \${{ !cancelled() }}`,
    `ci: load: cat .coffee/loadtest/*/*.md >>"$GITHUB_STEP_SUMMARY": \${{ !cancelled() }}`,
    `ci: load: ${upload}: \${{ !cancelled() }}`,
    `deploy: deploy: rm -f "$KUBECONFIG": \${{ always() }}`,
    `deploy: deploy: ./.github/actions/notify: \${{ failure() || cancelled() }}`,
    `nightly: suite: ./coffee down: \${{ matrix.suite == 'cluster' || startsWith(matrix.suite, 'mutations-') }}`,
    `nightly: suite: PATH="$PWD/.coffee/toolchain/node_modules/.bin:$PATH": \${{ matrix.suite == 'e2e' }}`,
    `nightly: suite: ${upload}: \${{ !cancelled() }}`,
    `nightly: restarts: cat .coffee/loadtest/*/*.md >>"$GITHUB_STEP_SUMMARY": \${{ !cancelled() }}`,
    `nightly: restarts: ${upload}: \${{ !cancelled() }}`,
    `nightly: soak: cat .coffee/loadtest/*/*.md >>"$GITHUB_STEP_SUMMARY": \${{ !cancelled() }}`,
    `nightly: soak: ${upload}: \${{ !cancelled() }}`,
    `nightly: images: ${sarif}: \${{ !cancelled() }}`,
    `security: files: ${sarif}: \${{ !cancelled() }}`,
    `security: configuration: ${sarif}: \${{ !cancelled() }}`,
    `security: images: ${sarif}: \${{ !cancelled() }}`,
    `security: secrets: ${sarif}: \${{ !cancelled() }}`,
  ]);
  const ofActions = [...actions.values()].flatMap((text) =>
    [...text.matchAll(/^\s*(?:- )?if: (.*)$/gm)].map(([, condition]) => condition),
  );
  expect(ofActions).toEqual([`\${{ inputs.slack-webhook != '' }}`, `\${{ inputs.smtp-url != '' }}`]);
});

it('every trigger is one of these', () => {
  const triggers = Object.fromEntries(
    workflows.map(({ id, text }) => [id, (parse(text) as { on: unknown }).on]),
  );
  const optional = { required: false };
  expect(triggers).toEqual({
    ci: { push: { branches: ['main'] }, pull_request: null, merge_group: null },
    security: {
      push: { branches: ['main'] },
      pull_request: null,
      schedule: [{ cron: '17 3 * * *' }],
      workflow_dispatch: null,
    },
    nightly: { schedule: [{ cron: '43 0 * * *' }], workflow_dispatch: null },
    release: { push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } },
    deploy: {
      workflow_call: {
        inputs: {
          environment: { type: 'string', required: true },
          release: { type: 'string', required: true },
        },
        secrets: {
          KUBECONFIG: optional,
          SLACK_WEBHOOK: optional,
          SMTP_URL: optional,
          MAIL_FROM: optional,
          MAIL_TO: optional,
        },
      },
      workflow_dispatch: {
        inputs: {
          environment: { type: 'choice', options: ['staging', 'production'], required: true },
          release: { description: 'The tag of a release', type: 'string', required: true },
        },
      },
    },
  });
});

describe('a scan', () => {
  const using = (name: string): { readonly title: string; readonly options: object }[] =>
    steps
      .filter(({ step: { uses = '' } }) => uses.startsWith(`${name}@`))
      .map(({ title, step: { with: options } }) => ({ title, options }));

  // Guard: one lowered word lets vulnerabilities through.
  it('of vulnerabilities fails by what is high or critical', () => {
    const severe = { version: 'v0.72.0', severity: 'HIGH,CRITICAL', 'exit-code': 1 };
    const told = { 'limit-severities-for-sarif': true, format: 'sarif', output: 'trivy.sarif' };
    const packages = { scanners: 'vuln', 'ignore-unfixed': true };
    const image = `\${{ matrix.image }}`;
    expect(using('aquasecurity/trivy-action')).toEqual([
      { title: 'nightly: images', options: { ...severe, ...told, ...packages, 'image-ref': image } },
      { title: 'release: verify', options: { ...severe, ...packages, 'image-ref': image, cache: false } },
      { title: 'security: files', options: { ...severe, ...told, 'scan-type': 'fs', scanners: 'vuln' } },
      {
        title: 'security: configuration',
        options: { ...severe, ...told, 'scan-type': 'config', 'scan-ref': 'scanned' },
      },
      {
        title: 'security: images',
        options: { ...severe, ...told, ...packages, 'image-ref': `scanned:\${{ matrix.target }}` },
      },
    ]);
    expect(using('actions/dependency-review-action')).toEqual([
      { title: 'security: dependencies', options: { 'fail-on-severity': 'high' } },
    ]);
  });

  // Guard: CodeQL ends well, whatever it finds; the step behind it reads what that is.
  it('of the sources is one of all languages, whose findings are read', () => {
    const code = workflows.find(({ id }) => id === 'security')?.jobs.code;
    expect(code?.strategy?.matrix).toEqual({ language: ['javascript-typescript', 'actions'] });
    const [language, title] = [`\${{ matrix.language }}`, 'security: code'];
    expect(using('github/codeql-action/init')).toEqual([
      { title, options: { languages: language, queries: 'security-extended' } },
    ]);
    expect(using('github/codeql-action/analyze')).toEqual([
      { title, options: { category: `codeql-${language}`, output: 'alerts' } },
    ]);
    expect(code?.steps.at(-1)).toEqual({ run: './coffee ci --alerts=alerts', with: {} });
  });

  // Guard: each of our images is looked at before it is released, and what was released each night.
  it('of images has all of them', () => {
    const matrixOf = (id: string): unknown =>
      workflows.find((one) => one.id === id)?.jobs.images?.strategy?.matrix;
    expect(matrixOf('security')).toEqual({ target: ['service', 'tools', 'anvil'] });
    expect(matrixOf('nightly')).toEqual({ image: `\${{ fromJSON(needs.plan.outputs.images) }}` });
    const planned = workflows
      .find(({ id }) => id === 'nightly')
      ?.jobs.plan?.steps.map(({ run = '' }) => run)
      .join('\n');
    expect(planned).toContain('gh release download "$tag" --pattern production.yaml');
    expect(planned).toContain('./coffee images --list --released=released order stores telemetry');
  });
});
