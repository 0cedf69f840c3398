import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';

const pollMs = 250;

/**
 * Waits until the Compose service runs and, if it has a health check, is healthy.
 *
 * @param env for Compose: another project.
 * @throws UserError when that takes longer than `deadlineMs` milliseconds
 */
export async function untilHealthy(
  service: string,
  deadlineMs: number,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const { stdout, code } = await tryCompose(['ps', '--all', '--format', 'json', service], { signal, env });
    const state = code === 0 ? healthOf(stdout) : 'away';
    if (state === 'healthy') return;
    if (performance.now() > deadline) {
      throw new UserError(
        `${service} is ${state}.`,
        'The suite needs a running stack: ./coffee up starts it.',
      );
    }
    await pause(pollMs, signal);
    signal.throwIfAborted();
  }
}

/** The health of the container in the output of `docker compose ps --format json`; `healthy` without a check. */
export function healthOf(output: string): string {
  const [line = ''] = output.trim().split('\n');
  if (line === '' || line === '[]') return 'not there';
  const parsed: unknown = JSON.parse(line);
  // Compose before 2.21 prints one array, later ones a line each.
  const { State, Health } = (Array.isArray(parsed) ? parsed[0] : parsed) as { State: string; Health: string };
  return State === 'running' ? Health || 'healthy' : State;
}
