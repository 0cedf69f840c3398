import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api } from './api.ts';
import { candidateServices, inColour, otherColour, platformOf } from './colours.ts';
import { toolsPolicies } from './jobs.ts';
import { deploymentOf } from './pods.ts';
import { askedColour } from './steps.ts';

/**
 * What a deployment would change, by the API server's own comparison, which changes nothing.
 * Jobs are left out: they are made anew, and can't be compared.
 */
export async function differenceOf(
  api: Api,
  manifests: readonly Manifest[],
  tools: readonly Manifest[],
): Promise<string> {
  const platform = platformOf(manifests);
  const from = await askedColour(api, platform);
  const first = !(await deploymentOf(api, platform.services[0] ?? '', from));
  const to = first ? from : otherColour(from);
  const objects = [
    ...platform.shared,
    ...toolsPolicies(tools),
    ...inColour(platform, to),
    ...(first ? [] : candidateServices(platform, to)),
  ];
  return api.difference(objects.filter(({ kind }) => kind !== 'Job'));
}
