import { z } from 'zod';
import { compose } from '../docker/compose.ts';

const published = z.object({ target: z.number(), published: z.coerce.number().optional() });

/** What of `docker compose config --format json` it takes to run a service outside of its container. */
const composeConfig = z.object({
  name: z.string(),
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).nullish(),
      environment: z.record(z.string(), z.string().nullable()).default({}),
      ports: z.array(published).default([]),
    }),
  ),
});

export type DevConfig = z.infer<typeof composeConfig>;
export type DevService = DevConfig['services'][string];

/** Compose's own rendering, of this shell's variables and `.env`, whatever the profile. */
export async function readDevConfig(signal?: AbortSignal): Promise<DevConfig> {
  const { stdout } = await compose(
    ['--profile', '*', 'config', '--format', 'json'],
    signal ? { signal } : {},
  );
  // Compose doubles the dollars that are no variables, so that its output can be read again.
  return composeConfig.parse(JSON.parse(stdout.replaceAll('$$', '$')));
}

/** The preload of every service with telemetry: what has it runs all the time, and can run on this machine. */
const preload = './platform/telemetry/register.ts';

/** The services that can run on this machine. */
export const devServices = ({ services }: DevConfig): string[] =>
  Object.entries(services)
    .filter(([, { command, ports }]) => command?.includes(preload) && ports.length > 0)
    .map(([name]) => name);

/** Where a service's own port is on this machine. @throws Error when it publishes none */
export function publishedPort(name: string, service: DevService | undefined): number {
  const port = service?.ports[0]?.published;
  if (port === undefined) throw new Error(`compose.yaml publishes no port of ${name}`);
  return port;
}
