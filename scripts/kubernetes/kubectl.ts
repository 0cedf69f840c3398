import { repositoryRoot } from '../docker/repository.ts';
import { check, type RunOptions, type RunResult, run } from '../docker/run.ts';

type KubectlOptions = Omit<RunOptions, 'cwd'>;

/** Runs `kubectl ARGS` in the repository's root. @throws RunError when it fails */
export function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<RunResult> {
  return check('kubectl', args, { ...options, cwd: repositoryRoot });
}

/** Like `kubectl`, for callers to whom a failure is an answer. */
export function tryKubectl(args: readonly string[], options: KubectlOptions = {}): Promise<RunResult> {
  return run('kubectl', args, { ...options, cwd: repositoryRoot });
}
