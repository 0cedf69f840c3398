import { UserError } from '../cli/user-error.ts';
import { compose } from './compose.ts';
import { check } from './run.ts';

/** The id of a service's container in the running stack. @throws UserError when it does not run */
export async function containerOf(service: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await compose(['ps', '--quiet', service], { signal });
  const id = stdout.trim();
  if (id === '') throw new UserError(`${service} does not run.`, './coffee up starts it.');
  return id;
}

/** An address of each network that a container is in: its own, or the one that this machine has there. */
export async function networkAddresses(
  container: string,
  which: 'IPAddress' | 'Gateway',
  signal: AbortSignal,
): Promise<string[]> {
  const format = `{{range .NetworkSettings.Networks}}{{.${which}}} {{end}}`;
  const { stdout } = await check('docker', ['inspect', '--format', format, container], { signal });
  return stdout.trim().split(/\s+/);
}
