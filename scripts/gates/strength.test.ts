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

it('no test that runs everywhere is left out or the only one', () => {
  const tests = globSync('{contracts,platform,services,scripts,e2e,k8s,loadtest}/**/*.test.ts', {
    cwd: repositoryRoot,
  });
  expect(tests.length).toBeGreaterThan(200);
  const switched = /^\s*(?:describe|it|test)(?:\.\w+)*\.(?:only|skip|todo|fails)\b/m;
  expect(tests.filter((path) => switched.test(textOf(path)))).toEqual([]);
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
});
