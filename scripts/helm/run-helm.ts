import { userInfo } from 'node:os';
import { UserError } from '../cli/user-error.ts';
import { ensureEngine } from '../docker/engine.ts';
import { check, type RunResult, run } from '../docker/run.ts';
import { findImage, required } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';

/**
 * Runs Helm in a folder: the one that is installed here, else that of its image, without a network.
 * @throws UserError when neither can be had; RunError when it fails
 */
export async function runHelm(
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<RunResult> {
  const installed = await run('helm', ['version', '--short'], { signal });
  if (installed.code === 0) return check('helm', args, { signal, cwd: folder });
  await ensureEngine(signal);
  const { missing } = await ensureImages(['test'], { signal });
  const { name, variable } = findImage('helm');
  if (missing.includes(name))
    throw new UserError(
      'There is no helm here, and no image of it.',
      'Install it: https://helm.sh/docs/intro/install/',
    );
  const { uid, gid } = userInfo();
  const image = required(await readVersions(), variable);
  const volume = `--volume=${folder}:/apps`;
  return check(
    'docker',
    ['run', '--rm', '--network=none', `--user=${uid}:${gid}`, volume, '--workdir=/apps', image, ...args],
    { signal },
  );
}
