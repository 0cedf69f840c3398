import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { ensureEngine } from '../docker/engine.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { findImage, required, versionOf } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';

const remedy = 'Install it: https://helm.sh/docs/intro/install/';

/**
 * Helm: the one that is installed here, else the program from its image, which is static.
 * @returns what to run
 * @throws UserError when neither can be had
 */
export async function helmProgram(signal: AbortSignal): Promise<string> {
  const installed = await run('helm', ['version', '--short'], { signal });
  if (installed.code === 0) return 'helm';
  if (process.platform !== 'linux') throw new UserError('There is no helm here.', remedy);
  const { name, variable } = findImage('helm');
  const image = required(await readVersions(), variable);
  const folder = join(repositoryRoot, '.coffee', 'helm', versionOf(image));
  const program = join(folder, 'helm');
  const known = await access(program).then(
    () => true,
    () => false,
  );
  if (known) return program;
  await ensureEngine(signal);
  const { missing } = await ensureImages(['test'], { signal, only: [name] });
  if (missing.includes(name)) throw new UserError('There is no helm here, and no image of it.', remedy);
  await mkdir(folder, { recursive: true });
  const { stdout } = await check('docker', ['create', image], { signal });
  const container = stdout.trim();
  try {
    await check('docker', ['cp', '--follow-link', `${container}:/usr/bin/helm`, program], { signal });
  } finally {
    await check('docker', ['rm', container]);
  }
  return program;
}
