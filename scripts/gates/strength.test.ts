import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../../vitest.config.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { localGates } from './local-gates.ts';
import { actions, workflows } from './workflow.ts';

// A gate can be made weaker without a number: by what it no longer looks at, or by a failure that it lets pass.

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

describe('lint', () => {
  const { files, linter, overrides } = JSON.parse(textOf('biome.json')) as {
    files: { includes: string[] };
    linter: { enabled?: boolean; rules: Record<string, unknown> };
    overrides?: unknown[];
  };

  it('looks at all sources, and leaves out only what is written by programs', () => {
    expect(files.includes.filter((pattern) => !pattern.startsWith('!'))).toEqual(['**']);
    expect(files.includes.filter((pattern) => pattern.startsWith('!')).toSorted()).toEqual(
      [
        '!**/*.md',
        '!contracts/released',
        '!contracts/samples',
        '!coverage',
        '!docs/nightly',
        '!helm',
        '!k8s/schemas',
        '!loadtest/history',
        '!observability/grafana/dashboards',
        '!package-lock.json',
        '!services/web3-payment/contracts/compiled',
      ].toSorted(),
    );
  });

  it('has every recommended rule but for one, and its own as errors', () => {
    expect(linter.enabled).not.toBe(false);
    expect(overrides).toBeUndefined();
    const { recommended, ...groups } = linter.rules;
    expect(recommended).not.toBe(false);
    const levels = Object.values(groups).flatMap((group) => Object.entries(group as object));
    expect(levels.filter(([, level]) => level !== 'error')).toEqual([['noConsole', 'off']]);
    expect(levels.length).toBeGreaterThanOrEqual(9);
  });
});

const strictly = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
};
/** Runs in a browser: types without Node's, and tests with a browser instead of coverage. */
const page = 'services/console/web';

interface TypesConfig {
  readonly extends?: string;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}
const typesOf = (path: string): TypesConfig => JSON.parse(textOf(path));
const commandOf = (gate: string): string | undefined => localGates.find(({ name }) => name === gate)?.command;

it('types are checked strictly, in every folder', () => {
  const { compilerOptions, include, exclude } = typesOf('tsconfig.json');
  expect(compilerOptions).toMatchObject(strictly);
  expect(exclude).toEqual([page]);
  const folders = globSync('*/**/*.ts', {
    cwd: repositoryRoot,
    exclude: ['**/node_modules/**', 'coverage/**'],
  }).map((path) => path.split('/')[0]);
  expect([...new Set(folders)].filter((folder) => !include.includes(folder ?? ''))).toEqual([]);
});

// Guard: what the first project leaves out is checked as strictly by one of its own, which is a gate as well.
it('types of the page are checked by a project of its own', () => {
  const path = `${page}/tsconfig.json`;
  const { extends: base = '', compilerOptions, include, exclude } = typesOf(path);
  expect(join(dirname(path), base)).toBe('tsconfig.json');
  // What it says itself goes before what it extends.
  expect(Object.keys(compilerOptions).toSorted()).toEqual([
    'jsx',
    'lib',
    'module',
    'moduleResolution',
    'types',
  ]);
  expect({ include, exclude }).toEqual({ include: ['.'], exclude: [] });
  expect(commandOf('page-types')).toBe('./coffee test page-types');
  expect(textOf('scripts/cli/commands/test.ts')).toContain(
    `checkSuite('page-types', 2, 'tsc', ['--noEmit', '--project', '${page}'])`,
  );
});

it('coverage counts all that runs in production', () => {
  const { include, exclude } = (config.test?.coverage ?? {}) as { include: string[]; exclude: string[] };
  expect(include).toEqual(['contracts/**/*.ts', 'platform/**/*.ts', 'services/**/*.ts']);
  expect(exclude).toEqual([`${page}/**`, '**/*.test.ts', '**/tests/**', 'platform/testing/**', '**/main.ts']);
  expect(commandOf('e2e')).toBe('./coffee e2e');
});

/** Folders of specs for browsers and clients, each with a configuration of its own. */
const specFolders = globSync('e2e/*/playwright.config.ts', { cwd: repositoryRoot })
  .map((path) => path.split('/')[1] ?? '')
  .toSorted();

describe('no test that runs everywhere is left out or the only one', () => {
  const files = [
    ...globSync('{contracts,platform,services,scripts,e2e,k8s,loadtest}/**/*.test.ts', {
      cwd: repositoryRoot,
    }),
    // Specs, and what they share.
    ...specFolders.flatMap((folder) => globSync(`e2e/${folder}/*.ts`, { cwd: repositoryRoot })),
  ].toSorted();
  const switched =
    /^\s*(?:describe|it|test)(?:\.\w+)*\.(?:only|skip|skipIf|runIf|todo|fails|fail|fixme)\b.*$/gm;
  const switches = (text: string): string[] => [...text.matchAll(switched)].map(([line]) => line.trim());

  it.each([
    "test.only('a', () => {});",
    "test.describe.only('a', () => {});",
    "test.fixme('a', () => {});",
    "  it.concurrent.skip('a', () => {});",
  ])('is seen: %s', (line) => {
    expect(switches(`first();\n${line}\nlast();`)).toEqual([line.trim()]);
  });

  it('but for those that are listed here, with their reasons', () => {
    expect(files.filter((path) => path.endsWith('.test.ts')).length).toBeGreaterThan(200);
    expect(specFolders).toEqual(expect.arrayContaining(['api', 'console', 'grafana']));
    expect(files.filter((path) => path.endsWith('.spec.ts')).length).toBeGreaterThan(10);
    expect(files.flatMap((path) => switches(textOf(path)).map((line) => `${path}: ${line}`))).toEqual([
      // Only where they are not asked for: in continuous integration this file fails without them.
      'e2e/backends/presence.ts: test.skip(reason !== undefined, reason);',
      'e2e/console/first-visit.spec.ts: test.skip(onStack, "the stack\'s page is in its image");',
      "e2e/console/newcomer.spec.ts: test.skip(!onStack, 'it breaks a real Kafka: CONSOLE_TARGET=stack, after ./coffee up');",
      "e2e/console/visual.spec.ts: test.skip(onStack, 'the stage has the same on every machine');",
      "e2e/console/work.spec.ts: test.skip(onStack, 'the stage has a trace of a known shape');",
      'e2e/console/work.spec.ts: test.skip(onStack, "the newcomer\'s path reads real ones");',
      "e2e/console/work.spec.ts: test.skip(onStack, 'it changes what others look at');",
      // Only where it is not asked for: in continuous integration sign-in.ts fails without Grafana.
      'e2e/grafana/grafana.ts: test.skip(reason !== undefined, reason);',
      // GitHub runs the workflows itself; elsewhere `./coffee images dry-run` builds it.
      "scripts/pipeline/tests/dry-run.test.ts: describe.skipIf(!(await actIsHere()))('a dry run by act', () => {",
      // Where no image of it can be had; `./coffee images secrets` builds one.
      "scripts/secrets/tests/sops.test.ts: describe.skipIf(!(await sopsIsHere()))('SOPS itself', () => {",
    ]);
  });

  // Guard: specs have no list of their own of what is left out, and none of them is tried until it passes.
  it.each(specFolders)('by the specs of %s', (name) => {
    const text = textOf(`e2e/${name}/playwright.config.ts`);
    expect(text).toMatch(/^ {2}forbidOnly: true,$/m);
    expect(text).toMatch(/^ {2}testDir: '\.',$/m);
    // On Kubernetes there is no agent.
    const left = text.replace('...(hasAgent ? {} : { grepInvert: specsOfTheAgent })', '');
    expect(left).not.toMatch(/\bgrep|retries: [^0]/);
    // What runs last is left out of the first project, and all that the second one has.
    const chosen = [...text.matchAll(/test(?:Ignore|Match): '(.*?)'/g)].map(([found]) => found);
    expect(chosen).toEqual(
      name === 'console' ? ["testIgnore: 'newcomer.spec.ts'", "testMatch: 'newcomer.spec.ts'"] : [],
    );
  });
});

it('the fuzzer makes every check but the one that ADR 44 names', () => {
  const source = textOf('scripts/fuzz/fuzz-service.ts');
  expect([...source.matchAll(/--(?:exclude-)?checks=[\w,]+/g)].map(([flag]) => flag)).toEqual([
    '--checks=all',
    '--exclude-checks=positive_data_acceptance',
  ]);
});

describe('no failure is let pass', () => {
  const texts = [...workflows.map(({ id, text }) => [id, text] as const), ...actions];

  it.each(texts)('by %s', (_where, text) => {
    expect(text).not.toMatch(/continue-on-error|\|\| *(true|:)|set \+e|exit 0/);
  });

  it('by a list of what is ignored', () => {
    const lists = [
      '.trivyignore',
      '.trivyignore.yaml',
      'trivy.yaml',
      '.gitleaksignore',
      '.snyk',
      'audit-ci.json',
    ];
    expect(globSync(lists, { cwd: repositoryRoot })).toEqual([]);
    const scans = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps }) => steps));
    const given = scans
      .filter(({ uses = '' }) => uses.startsWith('aquasecurity/trivy-action@'))
      .flatMap(({ with: options }) => Object.keys(options));
    expect([...new Set(given)].filter((name) => /skip|ignore(?!-unfixed)|vex|policy/.test(name))).toEqual([]);
  });

  // Guard: what a tool is told not to look at, or to take for harmless, is what stands here.
  it.each([
    [
      '.github/zizmor.yml',
      `rules:
  self-repository:
    disable: true`,
    ],
    [
      '.gitleaks.toml',
      String.raw`title = "Go Coffee"
[extend]
useDefault = true
[[allowlists]]
description = "Messages in Kafka have ids, pseudonyms and names of windows for keys"
targetRules = ["generic-api-key"]
condition = "AND"
paths = ['''^contracts/samples/.+\.json$''']
regexes = ['''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$''', '''^[0-9a-f]{32}$''', '''^[a-z]+-[0-9]+[smh]$''']
[[allowlists]]
description = "The schemas of Kubernetes are found by kind and version"
targetRules = ["generic-api-key"]
condition = "AND"
paths = ['''^k8s/schemas/definitions\.json$''']
regexes = ['''^v[0-9]+/[A-Z][A-Za-z]+$''']
[[allowlists]]
description = "What the redaction of telemetry is tried with: signed with the word signature"
regexes = ['''^eyJhbGciOiJIUzI1NiJ9\.eyJzdWIiOiJhZGEifQ\.c2lnbmF0dXJl$''']
[[allowlists]]
description = "The pattern by which a private key is known has no key in it"
targetRules = ["private-key"]
regexes = ['''\[\^-\]\+''']`,
    ],
  ])('by what %s allows', (path, allowed) => {
    const settings = textOf(path)
      .split('\n')
      .filter((line) => !/^ *(#|$)/.test(line));
    expect(settings.join('\n')).toBe(allowed);
  });
});
