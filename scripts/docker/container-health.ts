import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { compose, tryCompose } from './compose.ts';
import { type RunOptions, run } from './run.ts';

const pollMs = 500;

/** How Compose is asked: another project, other settings. */
type Environment = Readonly<Record<string, string>>;

/**
 * Brings services of the running stack to the settings of `env`, whatever they depend on left as it is, and waits until they
 * are healthy. Without `env`: back to their own settings.
 *
 * @param withinMs how long each may take to be healthy.
 * @throws RunError when Compose does not do it
 * @throws UserError when one is not healthy in time
 */
export async function recreate(
  services: readonly string[],
  withinMs: number,
  signal: AbortSignal,
  env: Environment = {},
): Promise<void> {
  const up = ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never'];
  await compose([...up, ...services], { signal, env: { ...env } });
  for (const service of services) await untilHealthy(service, withinMs, signal, env);
}

/**
 * Waits until the Compose service runs and, if it has a health check, is healthy.
 *
 * @throws UserError when that takes longer than `withinMs`
 */
export async function untilHealthy(
  service: string,
  withinMs: number,
  signal: AbortSignal,
  env: Environment = {},
): Promise<void> {
  await untilIsHealthy(service, () => healthOfService(service, signal, env), withinMs, signal);
}

/**
 * The same of one container, by its name or id.
 *
 * @throws UserError when that takes longer than `withinMs`
 */
export function untilContainerHealthy(
  container: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  return untilIsHealthy(container, () => healthOfContainer(container, { signal }), withinMs, signal);
}

async function untilIsHealthy(
  name: string,
  askHealth: () => Promise<string>,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const health = await askHealth();
    if (health === 'healthy') return;
    if (performance.now() > deadline) {
      throw new UserError(
        `After ${withinMs / 1_000} s ${name} is ${health}.`,
        'This needs a running stack: ./coffee up starts it, ./coffee logs says why it is not.',
      );
    }
    await pause(pollMs, signal);
    signal.throwIfAborted();
  }
}

async function healthOfService(service: string, signal: AbortSignal, env: Environment): Promise<string> {
  const options = { signal, env: { ...env } };
  // Not `--all`: that has the containers of `docker compose run` as well.
  const { stdout, code } = await tryCompose(['ps', '--quiet', service], options);
  const [id] = stdout.trim().split('\n');
  return code !== 0 || !id ? 'not running' : healthOfContainer(id, options);
}

async function healthOfContainer(id: string, options: RunOptions): Promise<string> {
  const inspected = await run('docker', ['container', 'inspect', id], options);
  // Replaced since it was listed.
  return inspected.code === 0 ? healthOf(inspected.stdout) : 'not there';
}

const inspection = z.tuple([
  z.object({
    State: z.object({ Status: z.string(), Health: z.object({ Status: z.string() }).nullish() }),
    Config: z.object({ Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish() }),
  }),
]);

/**
 * The health of the container in the output of `docker container inspect`; `healthy` when it runs and has no check. One
 * that has just been started may have a check and no health yet.
 */
export function healthOf(output: string): string {
  const [{ State, Config }] = inspection.parse(JSON.parse(output));
  if (State.Status !== 'running') return State.Status;
  const [kind = 'NONE'] = Config.Healthcheck?.Test ?? [];
  return kind === 'NONE' ? 'healthy' : State.Health?.Status || 'starting';
}
