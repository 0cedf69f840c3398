import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '../docker/run.ts';
import { type Mutation, mutated } from './mutation.ts';

/** A copy of the repository that may be broken: the checkout itself is never changed. */
export interface WorkingCopy extends AsyncDisposable {
  readonly path: string;
  /** Runs `work` while the mutation is in place. @throws StaleMutationError before that */
  readonly with: <T>(mutation: Mutation, work: () => Promise<T>) => Promise<T>;
}

/**
 * Copies what Git tracks or would track, as it is in the working tree, into a scratch folder. The packages are linked:
 * Node finds them, and finds `#platform/*` by the copy's own package.json.
 */
export async function copyWorkingTree(root: string, signal: AbortSignal): Promise<WorkingCopy> {
  const path = await mkdtemp(join(tmpdir(), 'go-coffee-mutations-'));
  const dispose = (): Promise<void> => rm(path, { recursive: true, force: true });
  try {
    const list = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await check('git', list, { cwd: root, signal });
    for (const file of stdout.trim().split('\n')) await copyIfThere(join(root, file), join(path, file));
    await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
    // Some tests ask Git which files there are.
    await check('git', ['init', '--quiet'], { cwd: path, signal });
    // And some which commit it is.
    await check('git', ['add', '--all'], { cwd: path, signal });
    const who = ['-c', 'user.name=copy', '-c', 'user.email=copy@example.org'];
    await check('git', [...who, 'commit', '--quiet', '--no-verify', '--message=copy'], { cwd: path, signal });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    path,
    with: async (mutation, work) => {
      const file = join(path, mutation.file);
      const original = await readFile(file, 'utf8');
      await writeFile(file, mutated(original, mutation));
      try {
        return await work();
      } finally {
        await writeFile(file, original);
      }
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    // Deleted in the working tree, but not in the index yet.
    if (error.code !== 'ENOENT') throw error;
  });
}
