import { homedir } from 'node:os';
import { join } from 'node:path';
import { check, run } from '../docker/run.ts';
import type { ClusterProvider } from './provider.ts';

const name = 'go-coffee';
const kubeconfig = join(homedir(), '.kube', `kind-${name}.yaml`);

/** https://kind.sigs.k8s.io: nodes are containers; its network plugin enforces NetworkPolicies from 0.24 on. */
export const kindProvider: ClusterProvider = {
  name: 'kind',
  title: `the kind cluster ${name}`,
  async up(signal, note) {
    const { stdout } = await check('kind', ['get', 'clusters'], { signal });
    if (!stdout.split('\n').includes(name)) {
      const args = ['create', 'cluster', '--name', name, '--kubeconfig', kubeconfig, '--wait', '180s'];
      await check('kind', args, { signal, onLine: note });
    }
    return { kubeconfig, path: undefined, context: `kind-${name}` };
  },
  async load(images, signal) {
    await check('kind', ['load', 'docker-image', '--name', name, ...images], { signal });
  },
  async down(signal) {
    await check('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig], { signal });
  },
};

export const hasKind = async (signal: AbortSignal): Promise<boolean> =>
  (await run('kind', ['version'], { signal })).code === 0;
