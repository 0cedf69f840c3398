import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryRoot } from '../../docker/repository.ts';
import { check } from '../../docker/run.ts';
import type { SuiteOutcome } from '../../nightly/suite.ts';
import type { Mutation } from '../mutation.ts';
import { tryMutations } from '../try-mutations.ts';
import { copyWorkingTree } from '../working-copy.ts';

/** A small repository with a guard and its tests. */
const files = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': `{
    "compilerOptions": { "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": [] },
    "files": ["few.ts"] }`,
  '.gitignore': 'node_modules',
  'vitest.config.ts': `
    import { defineConfig } from 'vitest/config';
    const unit = { test: { name: 'unit', include: ['*.test.ts'] } };
    export default defineConfig({ test: { projects: [unit] } });`,
  'few.ts': `
    const most = 3;
    export function few(count: number): number {
      if (count > most) throw new Error('too many');
      return count;
    }`,
  'few.test.ts': `
    import { expect, it } from 'vitest';
    import { few } from './few.ts';
    it('refuses many (4)', () => expect(() => few(4)).toThrow('too many'));
    it('takes a few', () => expect(few(3)).toBe(3));
    it('is red anyway', () => expect(few(2)).toBe(3));`,
  'set-up.test.ts': `
    import { beforeAll, expect, it } from 'vitest';
    import { few } from './few.ts';
    beforeAll(() => { few(3); });
    it('has a set-up', () => expect(true).toBe(true));`,
};

const mutation = (
  name: string,
  find: string,
  replace: string,
  test = 'refuses many (4)',
  file = 'few.test.ts',
): Mutation => ({
  name,
  guard: 'not too many',
  file: 'few.ts',
  find,
  replace,
  test: { project: 'unit', file, name: test },
});

const mutations = [
  mutation('red', 'count > most', 'false'),
  mutation('survivor', 'count > most', 'false', 'takes a few'),
  mutation('stale', 'count >= most', 'false'),
  mutation('no syntax', 'count > most', 'count >'),
  mutation('no name', 'count > most', 'count > least'),
  mutation('no test', 'count > most', 'false', 'refuses'),
  mutation('red anyway', 'count > most', 'false', 'is red anyway'),
  mutation('no set-up', 'count > most', 'true', 'has a set-up', 'set-up.test.ts'),
  mutation('no file', 'count > most', 'false', 'refuses many (4)', 'missing.test.ts'),
];

let root: string;
let outcome: SuiteOutcome;
const { signal } = new AbortController();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mutations-test-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  await symlink(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  await check('git', ['init', '--quiet'], { cwd: root });
  await using copy = await copyWorkingTree(root, signal);
  const runs = { root: copy.path, servers: undefined, signal };
  outcome = await tryMutations([{ name: 'sample', mutations }], copy, runs, () => undefined);
}, 240_000);
afterAll(() => rm(root, { recursive: true }));

it('counts a guard whose test turns red, with its time', () => {
  const red = outcome.figures.find(({ name }) => name === 'sample: red');
  expect(red).toMatchObject({ value: expect.any(Number) as number, unit: 's' });
  expect(outcome.failures.filter((failure) => failure.startsWith('sample: red:'))).toEqual([]);
  expect(outcome.figures.slice(0, 2)).toMatchObject([
    { name: 'guards', value: mutations.length },
    { name: 'not red', value: mutations.length - 1 },
  ]);
});

// Each of these would prove nothing if it counted as red.
it.each([
  ['survivor', 'survived "takes a few" in few.test.ts, which should turn red (guard: not too many)'],
  ['stale', '"count >= most" stands 0 times in few.ts, not once'],
  ['no syntax', 'it is no program: few.ts(4,'],
  ['no name', "it is no program: few.ts(4,19): error TS2304: Cannot find name 'least'."],
  ['no test', 'its test does not pass without a mutation: few.test.ts: it has no test "refuses"'],
  ['red anyway', 'its test does not pass without a mutation: it is red'],
  ['no set-up', 'set-up.test.ts: its set-up failed, nothing was tested: too many'],
  ['no file', 'no test was found in missing.test.ts'],
])('%s is a failure that says why', (name, why) => {
  const [failure, ...others] = outcome.failures.filter((text) => text.startsWith(`sample: ${name}: `));
  expect(others).toEqual([]);
  expect(failure).toContain(why);
});

it('leaves the checkout alone', async () => {
  expect(await readFile(join(root, 'few.ts'), 'utf8')).toBe(files['few.ts']);
});
