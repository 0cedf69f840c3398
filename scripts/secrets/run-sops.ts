import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { ensureEngine } from '../docker/engine.ts';
import { type RunResult, run } from '../docker/run.ts';
import { findImage, required } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';

/**
 * Runs SOPS on a file: the one that is installed here, else that of its image.
 *
 * @param flags all but the file, which comes last.
 * @throws UserError when neither can be had
 */
export async function runSops(
  flags: readonly string[],
  file: string,
  signal: AbortSignal,
): Promise<RunResult> {
  const installed = await run('sops', [...flags, file], { signal });
  return installed.code === 127 ? runImage(flags, file, signal) : installed;
}

async function runImage(flags: readonly string[], file: string, signal: AbortSignal): Promise<RunResult> {
  await ensureEngine(signal);
  const { missing } = await ensureImages(['secrets'], { signal });
  if (missing.length > 0) {
    throw new UserError(
      'There is no sops here, and no image of it.',
      'Install it: https://getsops.io/docs/#download, or: go install github.com/getsops/sops/v3/cmd/sops@latest',
    );
  }
  const { uid, gid } = userInfo();
  const key = process.env.SOPS_AGE_KEY_FILE;
  const mount = (path: string, target: string): string =>
    `--mount=type=bind,readonly,source=${resolve(path)},target=${target}`;
  return run(
    'docker',
    [
      // Keys and secrets are read in place: they are in no variable that Docker would keep, and can leave by no network.
      ...['run', '--rm', '--read-only', '--network=none', '--cap-drop=ALL', `--user=${uid}:${gid}`],
      ...['--env=HOME=/', mount(file, '/secrets.yaml')],
      ...(key === undefined ? [] : ['--env=SOPS_AGE_KEY_FILE=/key.txt', mount(key, '/key.txt')]),
      required(await readVersions(), findImage('sops').variable),
      ...[...flags, '/secrets.yaml'],
    ],
    { signal },
  );
}
