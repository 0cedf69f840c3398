import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { installPackages } from './install.ts';
import { readOsRelease } from './os-release.ts';
import { run } from './run.ts';

/**
 * Makes sure that there is a Git, which several checks ask what belongs to the repository: on Debian and Ubuntu, as root,
 * from the distribution.
 * @throws UserError where it can't be had that way
 */
export async function ensureGit(signal: AbortSignal): Promise<void> {
  if ((await run('git', ['--version'], { signal })).code === 0) return;
  const system = await readOsRelease();
  if (process.getuid?.() !== 0 || !['debian', 'ubuntu'].includes(system?.id ?? '')) {
    throw new UserError('There is no Git here.', 'Install it (https://git-scm.com/downloads), then repeat.');
  }
  say('No Git here. Installing it from the distribution (apt-get install git).');
  await installPackages({ files: [], packages: ['git'] }, 'Git', signal);
}
