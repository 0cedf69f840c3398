import { z } from 'zod';
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

const configuration = z.object({
  services: z.record(z.string(), z.object({ command: z.array(z.string()).nullish() })),
});

/** The command of a service with everything resolved, as Compose runs it. @throws when there is none */
export async function composeCommand(service: string): Promise<string[]> {
  const { stdout } = await compose(['--profile', '*', 'config', '--format', 'json']);
  const command = configuration.parse(JSON.parse(stdout)).services[service]?.command;
  if (!command) throw new Error(`compose.yaml has no command for ${service}`);
  return command;
}

/** Like `compose`, for callers to whom a failure is an answer. */
export function tryCompose(args: readonly string[], options: ComposeOptions = {}): Promise<RunResult> {
  return run('docker', ['compose', ...args], inRoot(options));
}
