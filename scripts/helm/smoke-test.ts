import { type Manifest, renderManifests } from '../kubernetes/manifests.ts';

const name = 'smoke-test';

interface PodManifest extends Manifest {
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly args: readonly string[] }[];
  };
}

/**
 * Policies and the account come before the pod, and go when it has passed. It stays, for what it says: `helm test --logs` looks
 * for it in the namespace of the release only, which is none of the chart's.
 */
function annotated(manifest: Manifest): Manifest {
  const isPod = manifest.kind === 'Pod';
  const annotations = {
    'helm.sh/hook': 'test',
    'helm.sh/hook-weight': isPod ? '1' : '0',
    'helm.sh/hook-delete-policy': `before-hook-creation${isPod ? '' : ',hook-succeeded'}`,
  };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } as Manifest['metadata'] };
}

/** What `helm test` runs: the tools' pod (k8s/tools) places an order and has it served, traced from end to end. */
export async function smokeTest(signal?: AbortSignal): Promise<Manifest[]> {
  const tools = await renderManifests('k8s/tools', signal);
  const renamed = JSON.parse(
    JSON.stringify(tools).replaceAll(/"([a-z0-9-]+-from-)?tools"/g, `"$1${name}"`),
  ) as Manifest[];
  return renamed.map((manifest) => {
    if (manifest.kind !== 'Pod') return annotated(manifest);
    const { spec } = manifest as PodManifest;
    const args = ['scripts/cli/main.ts', 'order'];
    const containers = spec.containers.map((one) => ({ ...one, args }));
    return annotated({ ...manifest, spec: { ...spec, restartPolicy: 'Never', containers } });
  });
}
