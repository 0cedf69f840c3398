import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../docker/run.ts';
import { copyOfGithub, runTool } from './tool.ts';

const actionlint = (folder: string): Promise<RunResult> => runTool('ACTIONLINT_IMAGE', folder, ['-no-color']);

/** The strictest of its personas, and nothing asked of GitHub. https://docs.zizmor.sh/usage/ */
const zizmor = (folder: string): Promise<RunResult> =>
  runTool('ZIZMOR_IMAGE', folder, ['--offline', '--no-progress', '--persona=pedantic', '.github']);

describe('actionlint', () => {
  test('has nothing against the workflows and their scripts', async () => {
    await using copy = await copyOfGithub();
    const { code, stdout, stderr } = await actionlint(copy.path);
    expect(code, `${stdout}${stderr}`).toBe(0);
  });

  test.each([
    [
      'a job that is waited for and is not there',
      'needs: images',
      'needs: image',
      /"image" which does not exist/,
    ],
    [
      'an input that a workflow does not have',
      '      release:',
      '      version:',
      /"version" is not defined/,
    ],
    ['a variable that a script leaves unquoted', '--commit "$GITHUB_SHA"', '--commit $GITHUB_SHA', /SC2086/],
  ])('finds %s', async (_what, from, to, message) => {
    await using copy = await copyOfGithub();
    await copy.replace('workflows/release.yml', from, to);
    const { code, stdout } = await actionlint(copy.path);
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });
});

describe('zizmor', () => {
  test('has nothing against the workflows and actions', async () => {
    await using copy = await copyOfGithub();
    const { code, stdout, stderr } = await zizmor(copy.path);
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stderr + stdout).toContain('No findings to report');
  });

  test.each([
    [
      'an action by its tag',
      'ci.yml',
      '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
      '@v7',
      'unpinned-uses',
    ],
    [
      'a token that is left in the folder',
      'ci.yml',
      'persist-credentials: false',
      'clean: true',
      'artipacked',
    ],
    [
      'a value that becomes part of a script',
      'nightly.yml',
      '"$SUITE"',
      `\${{ matrix.suite }}`,
      'template-injection',
    ],
    ['rights for all jobs', 'ci.yml', 'permissions: {}', 'permissions: write-all', 'excessive-permissions'],
    [
      'a trigger that lends rights to strangers',
      'security.yml',
      '  pull_request:',
      '  pull_request_target:',
      'dangerous-triggers',
    ],
  ])('finds %s', async (_what, file, from, to, audit) => {
    await using copy = await copyOfGithub();
    await copy.replace(`workflows/${file}`, from, to);
    const { code, stdout } = await zizmor(copy.path);
    expect(code).not.toBe(0);
    expect(stdout).toContain(`[${audit}]`);
  });
});
