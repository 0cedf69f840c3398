import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { buildServiceImage } from '../stack/service-image.ts';
import { previousVersion } from './previous-version.ts';

/**
 * Builds the image of the previous version from its commit.
 *
 * @returns its name
 * @throws UserError when this clone lacks the commit
 */
export async function buildPreviousImage(
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<string> {
  const { version, commit } = previousVersion;
  const tag = `go-coffee/service:${version}`;
  const known = await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: repositoryRoot });
  if (known.code !== 0) {
    throw new UserError(
      `Version ${version} (${commit.slice(0, 12)}) is not in this clone.`,
      'Get the whole history: git fetch --unshallow.',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-previous-'));
  try {
    const archive = join(folder, 'sources.tar');
    await check('git', ['archive', '--output', archive, commit], { cwd: repositoryRoot, signal });
    await check('tar', ['--extract', '--file', archive, '--directory', folder], { signal });
    await rm(archive);
    await buildServiceImage(signal, onLine, { folder, tag });
  } finally {
    await rm(folder, { recursive: true });
  }
  return tag;
}
