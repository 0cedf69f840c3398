import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ComposeConfig, ComposeService } from './compose-config.ts';
import type { Part, Parts } from './parts.ts';

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

/** Compose prints durations as Go does: `30s`, `1m0s`. */
export function seconds(text: string): string {
  const [, minutes = '0', rest = '0'] = /^(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(text) ?? [];
  return String(Number(minutes) * 60 + Number(rest));
}

/** Our services' check asks /readyz of its own container, over TLS or not: the same as a probe of the kubelet's. */
export function healthOf(
  test: readonly string[],
  environment: Readonly<Record<string, string | null>>,
): string {
  const [how, ...command] = test;
  if (how === 'CMD-SHELL') return `/bin/sh -c ${command.join(' ')}`;
  if (command.at(-1) === 'platform/lifecycle/healthcheck.ts')
    return `GET ${environment.COFFEE_TLS === 'off' ? 'http' : 'https'}://:${environment.HTTP_PORT ?? '8080'}/readyz`;
  return command.join(' ');
}

/** Whose secrets a volume holds. */
export const partOfVolume = (volume: string): string | undefined => /^(.+)-secrets$/.exec(volume)?.[1];

async function partOf(service: ComposeService): Promise<Part> {
  const part = new Map<string, string>();
  const set = (field: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) part.set(field, String(value));
  };
  const [user, group = user] = (service.user ?? '').split(':');
  const once = service.restart === 'on-failure';
  set('runs', once ? 'once' : 'always');
  set('image', service.image);
  if (service.command) set('args', JSON.stringify(service.command));
  if (service.entrypoint) set('command', JSON.stringify(service.entrypoint));
  for (const [name, value] of Object.entries(service.environment)) set(`env.${name}`, value ?? '');
  set('user', user);
  set('group', group);
  set('read-only root', service.read_only);
  set('capabilities dropped', service.cap_drop.toSorted().join());
  set('no new privileges', service.security_opt.includes('no-new-privileges:true'));
  set('memory', service.mem_limit);
  set('cpus', service.cpus);
  set('shared memory', service.shm_size);
  if (!once && service.stop_grace_period) set('grace period', seconds(service.stop_grace_period));
  for (const { target } of service.ports) set(`port.${target}`, 'there');
  for (const entry of service.tmpfs) set(`temporary.${entry.split(':', 1)[0]}`, 'there');
  if (service.healthcheck) {
    set('health', healthOf(service.healthcheck.test, service.environment));
    set('health time-out', seconds(service.healthcheck.timeout ?? '30s'));
  }
  for (const { type, source = '', target } of service.volumes) {
    if (source.endsWith('.sock')) set(`socket.${target}`, 'there');
    else if (type === 'bind') set(`configuration.${target}`, sha256(await readFile(source)));
    else if (target.startsWith('/run/go-coffee/parts/')) set('secrets of the parts', 'there');
    else if (partOfVolume(source) !== undefined) set('secrets', `${partOfVolume(source)} in ${target}`);
    else set(`data.${target}`, 'there');
  }
  return part;
}

export async function composeParts(config: ComposeConfig): Promise<Parts> {
  const parts = new Map<string, Part>();
  for (const [name, service] of Object.entries(config.services)) parts.set(name, await partOf(service));
  return parts;
}
