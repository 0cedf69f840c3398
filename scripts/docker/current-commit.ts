import { repositoryRoot } from './repository.ts';
import { run } from './run.ts';

/** The commit that is checked out, with `-dirty` when files differ from it; `unknown` where Git can't tell. */
export async function currentCommit(): Promise<string> {
  const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  const { stdout, code } = await run('git', args, { cwd: repositoryRoot });
  return code === 0 ? stdout.trim() : 'unknown';
}
