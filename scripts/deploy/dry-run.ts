import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import { candidateServices, inColour, otherColour, platformOf } from './colours.ts';
import { toolsPolicies } from './jobs.ts';
import { standingOf } from './standing.ts';

/**
 * What a deployment would change, by the API server's own comparison, which changes nothing.
 * Jobs are left out: they are made anew, and can't be compared. Where there is nothing yet, what would be made, by name.
 */
export async function differenceOf(
  api: Api,
  manifests: readonly Manifest[],
  tools: readonly Manifest[],
): Promise<string> {
  const platform = platformOf(manifests);
  const standing = await standingOf(api, platform.services);
  const first = standing.services.length === 0;
  const to = first ? standing.asked : otherColour(standing.asked);
  const objects = [
    ...platform.shared,
    ...toolsPolicies(tools),
    ...inColour(platform, to),
    ...(first ? [] : candidateServices(platform, to)),
  ];
  // In a namespace that is not there the API server compares nothing.
  if (!(await api.get('namespace', api.namespace)))
    return objects.map(({ kind, metadata }) => `+ ${kind} ${metadata.name}`).join('\n');
  return api.difference(objects.filter(({ kind }) => kind !== 'Job'));
}
