import { compose } from '../docker/compose.ts';
import type { StackSettings } from '../stack/settings.ts';

export type Rotation = 'certificates' | 'authority';

// docs/adr/0016. A single broker calls no other one.
const readAtStart = ['otel-collector'];

/**
 * Has bootstrap replace all certificates, or take the next step to another authority (services/bootstrap/authority.ts).
 * The parts take what is new while they run, but for those that read the authorities by which they call others only when they
 * start: they are started again. What is sent to the collector meanwhile is sent again.
 *
 * @throws RunError with what bootstrap said
 */
export async function rotate(
  what: Rotation,
  { project }: Pick<StackSettings, 'project'>,
  signal: AbortSignal,
): Promise<void> {
  const options = { env: project ? { COMPOSE_PROJECT_NAME: project } : {}, signal };
  await compose(['run', '--rm', '--no-deps', 'bootstrap', 'services/bootstrap/main.ts', what], options);
  if (what === 'certificates') return;
  const { stdout } = await compose(['ps', '--services', '--status', 'running'], options);
  const running = new Set(stdout.split('\n'));
  const stale = readAtStart.filter((part) => running.has(part));
  if (stale.length > 0) await compose(['restart', ...stale], options);
}
