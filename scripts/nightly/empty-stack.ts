import { compose } from '../docker/compose.ts';
import { startable } from '../stack/profiles.ts';
import { buildServiceImage } from '../stack/service-image.ts';

// A project of its own, with empty volumes: the data of the developer's stack is none of our business.
export const emptyStack = { COMPOSE_PROJECT_NAME: 'go-coffee-nightly' } as const;

/**
 * Makes room for a stack with empty volumes, of the project `emptyStack`, for as long as `use` takes: it starts it, and
 * what is left of it is removed. What ran before runs again afterwards.
 */
export async function withEmptyStack<T>(
  signal: AbortSignal,
  note: (text: string) => void,
  use: () => Promise<T>,
): Promise<T> {
  const interrupted = await composeLines(['ps', '--status', 'running', '--services'], {}, signal);
  try {
    if (interrupted.length > 0) {
      note(`stopping the running stack: its ports are needed (${interrupted.join(', ')})`);
      await compose(['stop'], { signal });
    }
    await compose(['down', '--volumes', '--remove-orphans'], { env: emptyStack, signal });
    return await use();
  } finally {
    // Without the signal: what was changed is undone whatever happens.
    await compose(['down', '--volumes', '--remove-orphans'], { env: emptyStack });
    if (interrupted.length > 0) {
      note('starting the stack that was running before');
      await compose(['up', '--detach', '--no-build', '--no-recreate', '--pull', 'never', ...interrupted]);
    }
  }
}

/** Starts all of it, from the sources as they are. @returns seconds until it was healthy */
export async function startEmptyStack(signal: AbortSignal): Promise<number> {
  // What was built last may be of another version.
  await buildServiceImage(signal, () => undefined);
  const startedAt = performance.now();
  const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];
  const { services, env } = await startable(signal);
  await compose([...up, ...services], { env: { ...emptyStack, ...env }, signal });
  return (performance.now() - startedAt) / 1000;
}

/** The lines that a command of Compose prints. */
export async function composeLines(
  args: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await compose(args, { env, signal });
  return stdout.split('\n').filter((line) => line !== '');
}
