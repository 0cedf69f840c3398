import type { Colour } from '#platform/database/active-colour.ts';
import { quantity } from '../kubernetes/pods.ts';
import type { Api } from './api.ts';
import { GateError } from './gate-error.ts';
import { podsOf } from './pods.ts';

/** What a container uses and may use, in bytes. */
interface Memory {
  readonly used: number;
  readonly limit: number;
}

/**
 * What each container of a colour uses, by pod and container; undefined where the cluster does not measure.
 * Containers without a limit, and pods that are too young to be measured, are left out.
 */
async function memoryOf(
  api: Api,
  services: readonly string[],
  colour: Colour,
): Promise<Map<string, Memory> | undefined> {
  const usage = await api.memoryUsage();
  if (!usage) return undefined;
  const found = new Map<string, Memory>();
  for (const service of services)
    for (const { metadata, spec } of await podsOf(api, service, colour))
      for (const { name, resources } of spec?.containers ?? []) {
        const container = `${metadata.name}/${name}`;
        const used = usage.get(container);
        const limit = resources?.limits?.memory;
        if (used !== undefined && limit !== undefined) found.set(container, { used, limit: quantity(limit) });
      }
  return found;
}

const inMiB = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
/** Warming up takes less of what a container has left; a heap in JavaScript ends at about half of its container's limit. */
const mostOfRoom = 1 / 3;

/**
 * Finds what leaks before it runs out of memory and drops the requests that it had: a container that grows by a third of the
 * room that it had when it was looked at first.
 */
export class MemoryWatch {
  readonly #first = new Map<string, number>();

  /**
   * @returns whether the cluster measures memory
   * @throws GateError naming a container that grows
   */
  async look(api: Api, services: readonly string[], colour: Colour): Promise<boolean> {
    const memory = await memoryOf(api, services, colour);
    for (const [container, { used, limit }] of memory ?? []) {
      const first = this.#first.get(container) ?? used;
      this.#first.set(container, first);
      if (used - first > (limit - first) * mostOfRoom)
        throw new GateError(
          `${container} grows under traffic: from ${inMiB(first)} to ${inMiB(used)}, its limit is ${inMiB(limit)}.`,
        );
    }
    return memory !== undefined;
  }
}
