import type { Colour } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import { colourLabel, otherColour } from './colours.ts';
import { deploymentOf } from './pods.ts';

/** What there is before a deployment. */
export interface Standing {
  /** The colour that requests go to; blue where nothing has said. */
  readonly asked: Colour;
  /** The services that this colour has: none on an empty cluster. A new version may bring others. */
  readonly services: readonly string[];
}

interface ServiceObject extends Manifest {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}

/** By the selector of the first Service that says one: a version may bring Services that are not there yet. */
async function askedColour(api: Api, services: readonly string[]): Promise<Colour> {
  for (const name of services) {
    const service = await api.get<ServiceObject>('service', name);
    const colour = service?.spec.selector[colourLabel];
    if (colour === 'green' || colour === 'blue') return colour;
  }
  return 'blue';
}

/** @param names all services that there may be: those of the new version and those that were deployed before */
export async function standingOf(api: Api, names: readonly string[]): Promise<Standing> {
  const said = await askedColour(api, names);
  // Where the colour that is asked has nothing, what there is counts.
  for (const asked of [said, otherColour(said)]) {
    const found = await Promise.all(
      names.map(async (name) => (await deploymentOf(api, name, asked)) && name),
    );
    const services = found.filter((name) => name !== undefined);
    if (services.length > 0) return { asked, services };
  }
  return { asked: said, services: [] };
}
