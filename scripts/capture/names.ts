import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { check } from '../docker/run.ts';

const inspected = z.array(
  z.object({
    IPAM: z.object({
      Config: z.array(z.object({ Subnet: z.string(), Gateway: z.string().optional() })).nullable(),
    }),
    Containers: z.record(z.string(), z.object({ Name: z.string(), IPv4Address: z.string() })),
  }),
);

/** Says who has an address: a service of compose.yaml, `host`, `outside`, or the address when nobody has it any more. */
export type NameOf = (address: string) => string;

/** Who has which address in a project's networks now. */
export async function namesOf(project: string, signal: AbortSignal): Promise<NameOf> {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout: ids } = await check('docker', ['network', 'ls', '--quiet', '--filter', filter], { signal });
  const networks = ids.split('\n').filter((id) => id !== '');
  const { stdout } = await check('docker', ['network', 'inspect', ...networks], { signal });
  return namesIn(JSON.parse(stdout), project);
}

/** @param networks as `docker network inspect` prints them. */
export function namesIn(networks: unknown, project: string): NameOf {
  const inside = new BlockList();
  const names = new Map<string, string>();
  for (const { IPAM, Containers } of inspected.parse(networks)) {
    for (const { Subnet, Gateway } of IPAM.Config ?? []) {
      const [address = '', bits] = Subnet.split('/');
      inside.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
      // The engine's machine, and whatever comes through a published port.
      if (Gateway) names.set(Gateway, 'host');
    }
    for (const { Name, IPv4Address } of Object.values(Containers))
      names.set(IPv4Address.replace(/\/\d+$/, ''), serviceOf(Name, project));
  }
  return (address) => {
    const isInside = inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return names.get(address) ?? (isInside ? address : 'outside');
  };
}

/** `go-coffee-kafka-1` of the project `go-coffee` is `kafka`. */
const serviceOf = (container: string, project: string): string =>
  container.startsWith(`${project}-`) ? container.slice(project.length + 1).replace(/-\d+$/, '') : container;
