import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import type { ClusterAccess, ClusterProvider } from './provider.ts';

/**
 * The script that makes a cluster where no node image can be pulled: COFFEE_CLUSTER_SCRIPT, or ../shared/cluster/cluster
 * beside the repository. It takes `up`, `load IMAGE…`, `env` and `down`.
 */
export function clusterScript(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const script =
    environment.COFFEE_CLUSTER_SCRIPT || join(repositoryRoot, '..', 'shared', 'cluster', 'cluster');
  return existsSync(script) ? script : undefined;
}

/** `export KUBECONFIG=/… PATH=/…:$PATH`, in the shell's own quoting. */
export function parseExports(line: string): ClusterAccess {
  const value = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}=((?:\\\\.|[^\\s\\\\])+)`).exec(line)?.[1]?.replaceAll(/\\(.)/g, '$1');
  return {
    kubeconfig: value('KUBECONFIG'),
    path: value('PATH')?.replace(/:\$PATH$/, ''),
    context: undefined,
  };
}

export function scriptProvider(script: string): ClusterProvider {
  return {
    name: 'script',
    title: `the cluster of ${script}`,
    async up(signal, note) {
      await check(script, ['up'], { signal, onLine: note });
      return { ...parseExports((await check(script, ['env'], { signal })).stdout), script };
    },
    async load(images, signal) {
      await check(script, ['load', ...images], { signal });
    },
    async down(signal) {
      await check(script, ['down'], { signal });
    },
  };
}
