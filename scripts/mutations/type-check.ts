import { join } from 'node:path';
import { run } from '../docker/run.ts';

/**
 * Checks the types of a working copy. A test also turns red when a mutation is no program, for example by a name that
 * was renamed meanwhile: that says nothing about the guard.
 *
 * @returns the first error, or undefined when there is none.
 */
export async function typeError(root: string, signal: AbortSignal): Promise<string | undefined> {
  // Incremental: after the first time only what a mutation touches is checked again.
  const memory = join(root, '.tsbuildinfo');
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', memory],
    { cwd: root, signal },
  );
  return code === 0 ? undefined : (`${stdout}${stderr}`.split('\n')[0] ?? `tsc ended with ${code}`);
}
