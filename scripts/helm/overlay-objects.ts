import { type Manifest, type Overlay, overlayPath, renderManifests } from '../kubernetes/manifests.ts';

/** The objects of an overlay by kind, namespace and name. */
export type Objects = ReadonlyMap<string, Manifest>;

export const idOf = ({ kind, metadata }: Manifest): string =>
  `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;

const suffix = /-[2-9b-hkmt]{10}$/;

/**
 * What an overlay applies, with the names of its ConfigMaps as they were before Kustomize made them depend on their content:
 * a chart restarts pods by an annotation.
 */
export async function overlayObjects(overlay: Overlay, signal?: AbortSignal): Promise<Objects> {
  const manifests = await renderManifests(overlayPath(overlay), signal);
  const names = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
  let text = JSON.stringify(manifests);
  for (const name of names)
    text = text.replaceAll(`"name":"${name}"`, `"name":"${name.replace(suffix, '')}"`);
  return new Map((JSON.parse(text) as Manifest[]).map((manifest) => [idOf(manifest), manifest]));
}
