import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { required } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { type FoundSecret, readFindings } from './sarif.ts';

/**
 * Has TruffleHog search Git's history for secrets and ask whoever gave them out whether they work: what works, and what
 * nobody could be asked about. It needs the Internet; `./coffee test pipeline` searches without.
 * @throws UserError where its image can't be had; RunError when it ends early
 */
export async function scanHistory(signal: AbortSignal): Promise<FoundSecret[]> {
  const { missing } = await ensureImages(['scan'], { signal });
  if (missing.length > 0) {
    throw new UserError(
      'TruffleHog can not be had here.',
      './coffee test pipeline searches the history without asking anybody.',
    );
  }
  const image = required(await readVersions(), 'TRUFFLEHOG_IMAGE');
  const container = ['run', '--rm', `--volume=${repositoryRoot}:/repository:ro`, image];
  const scan = ['git', 'file:///repository', '--json', '--no-update', '--results=verified,unknown'];
  return readFindings((await check('docker', [...container, ...scan], { signal })).stdout);
}
