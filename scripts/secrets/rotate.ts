import { compose } from '../docker/compose.ts';
import type { StackSettings } from '../stack/settings.ts';

export type Rotation = 'certificates' | 'authority';

/**
 * Has bootstrap replace all certificates, or take the next step to another authority (services/bootstrap/authority.ts).
 * The parts take what is new while they run.
 *
 * @throws RunError with what bootstrap said
 */
export async function rotate(
  what: Rotation,
  { project }: Pick<StackSettings, 'project'>,
  signal: AbortSignal,
): Promise<void> {
  const command = ['run', '--rm', '--no-deps', 'bootstrap', 'services/bootstrap/main.ts', what];
  await compose(command, { env: project ? { COMPOSE_PROJECT_NAME: project } : {}, signal });
}
