import { repositoryRoot } from './repository.ts';
import { check, type RunOptions, type RunResult, run } from './run.ts';

type ComposeOptions = Omit<RunOptions, 'cwd'>;

const inRoot = (options: ComposeOptions): RunOptions => ({ ...options, cwd: repositoryRoot });

/**
 * Runs `docker compose ARGS` on the repository's compose.yaml.
 * @throws RunError when it fails
 */
export function compose(args: readonly string[], options: ComposeOptions = {}): Promise<RunResult> {
  return check('docker', ['compose', ...args], inRoot(options));
}

/** Like `compose`, for callers to whom a failure is an answer. */
export function tryCompose(args: readonly string[], options: ComposeOptions = {}): Promise<RunResult> {
  return run('docker', ['compose', ...args], inRoot(options));
}
