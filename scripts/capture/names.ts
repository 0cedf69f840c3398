import { z } from 'zod';
import { check } from '../docker/run.ts';

const inspected = z.array(
  z.object({
    IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string().optional() })).nullable() }),
    Containers: z.record(z.string(), z.object({ Name: z.string(), IPv4Address: z.string() })),
  }),
);

/** The engine's machine, and whatever comes through a published port. */
export const host = 'host';

/**
 * Who has which address in a project's networks now: services of Compose by their names, other containers by theirs.
 */
export async function namesOf(project: string, signal: AbortSignal): Promise<Map<string, string>> {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout: ids } = await check('docker', ['network', 'ls', '--quiet', '--filter', filter], { signal });
  const networks = ids.split('\n').filter((id) => id !== '');
  const { stdout } = await check('docker', ['network', 'inspect', ...networks], { signal });
  const names = new Map<string, string>();
  for (const { IPAM, Containers } of inspected.parse(JSON.parse(stdout))) {
    for (const { Gateway } of IPAM.Config ?? []) if (Gateway) names.set(Gateway, host);
    for (const { Name, IPv4Address } of Object.values(Containers))
      names.set(IPv4Address.replace(/\/\d+$/, ''), serviceOf(Name, project));
  }
  return names;
}

/** `go-coffee-kafka-1` of the project `go-coffee` is `kafka`. */
export const serviceOf = (container: string, project: string): string =>
  container.startsWith(`${project}-`) ? container.slice(project.length + 1).replace(/-\d+$/, '') : container;
