import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../docker/repository.ts';
import { check, type RunResult } from '../../docker/run.ts';
import { runTool } from './tool.ts';

const git = async (folder: string, ...args: string[]): Promise<string> =>
  (await check('git', args, { cwd: folder })).stdout.trim();

/** gitleaks on all that HEAD has ever had. It needs no files, only Git's folder, which a worktree has elsewhere. */
async function gitleaks(folder: string): Promise<RunResult> {
  const gitFolder = await git(folder, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  const commit = await git(folder, 'rev-parse', 'HEAD');
  // A clone can borrow objects of another one (git clone --shared), by its path.
  const alternates = join(gitFolder, 'objects', 'info', 'alternates');
  const borrowed = existsSync(alternates)
    ? (await readFile(alternates, 'utf8')).split('\n').filter(isAbsolute)
    : [];
  const flags = ['--no-banner', '--no-color', '--redact', '--verbose', `--log-opts=${commit}`];
  const environment = {
    GITLEAKS_CONFIG_TOML: await readFile(join(repositoryRoot, '.gitleaks.toml'), 'utf8'),
  };
  return runTool('GITLEAKS_IMAGE', gitFolder, ['git', ...flags, '.'], { environment, alsoReads: borrowed });
}

// Guard: a secret that was ever committed is known to whoever has a clone, removed or not.
// How much of the history is here is for who made the clone: the workflow asks for all of it.
test("gitleaks finds no secret in Git's history", async () => {
  const { code, stdout, stderr } = await gitleaks(repositoryRoot);
  expect(code, `${stdout}${stderr}`).toBe(0);
  const [, scanned] = /(\d+) commits scanned/.exec(stderr) ?? [];
  expect(Number(scanned)).toBeGreaterThan(0);
});

test('gitleaks finds a secret that was removed again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-secret-'));
  try {
    const commit = async (text: string): Promise<void> => {
      await writeFile(join(folder, 'settings.txt'), text);
      await git(folder, 'add', 'settings.txt');
      const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
      await git(folder, ...author, 'commit', '--quiet', '--message', 'settings');
    };
    await git(folder, 'init', '--quiet');
    // In parts: this file is searched as well. The form is that of a token of GitHub's.
    await commit(`token = ${['ghp', 'x7Rk2mQ9vLw4Zt8BnYc3Jd6HsPf1GaKe5UoT'].join('_')}\n`);
    await commit('token = from a file\n');
    const { code, stdout } = await gitleaks(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/RuleID:\s+github-pat/);
    expect(stdout, 'the log is no place for what was found').not.toContain('x7Rk2mQ9vLw4');
  } finally {
    await rm(folder, { recursive: true });
  }
});
