import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type RunResult, run } from '../../scripts/docker/run.ts';

/** Its own Compose project: the developer's orders, topics and secrets are none of these tests' business. */
export const project = 'go-coffee-test';
const env = { COMPOSE_PROJECT_NAME: project };

/** Runs `./coffee ARGS` as a user would, showing its output as it comes. */
export function coffee(args: readonly string[], signal?: AbortSignal): Promise<RunResult> {
  return run('./coffee', args, {
    cwd: repositoryRoot,
    env,
    onLine: (line) => process.stderr.write(`    ${line}\n`),
    ...(signal ? { signal } : {}),
  });
}

/** Runs `docker ARGS` and returns its standard output. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args, { cwd: repositoryRoot, env });
  if (code !== 0) throw new Error(`docker ${args.join(' ')} failed: ${stderr}`);
  return stdout.trim();
}

/** The lines of an output, without empty ones. */
export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
