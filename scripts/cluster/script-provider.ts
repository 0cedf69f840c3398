import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check, RunError, run } from '../docker/run.ts';
import type { ClusterAccess, ClusterProvider } from './provider.ts';

/**
 * The script that makes a cluster where no node image can be pulled: COFFEE_CLUSTER_SCRIPT, or ../shared/cluster/cluster
 * beside the repository. It takes `up`, `load IMAGE…`, `env`, `down` and `down wipe` (with all it keeps for a next time).
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
      const start = () => check(script, ['up'], { signal, onLine: note });
      try {
        await start();
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        // What an earlier cluster left behind can be in the way: its containerd's socket is still a file, the script
        // takes it for a containerd that is ready, and is refused.
        note(`${error.message}; once more, without what an earlier cluster left behind`);
        await run(script, ['down', 'wipe'], { signal, onLine: note });
        await start();
      }
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
