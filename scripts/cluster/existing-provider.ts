import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { check, run } from '../docker/run.ts';
import type { ClusterProvider } from './provider.ts';

const config = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })).nullish(),
});

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/** Whether an API server runs on this machine. */
export function isLocal(server: string, addresses = ownAddresses()): boolean {
  if (!URL.canParse(server)) return false;
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return isIP(host) > 0 && (host.startsWith('127.') || host === '::1' || addresses.includes(host));
}

/**
 * The cluster that KUBECONFIG names.
 * @param context its name; without one only a cluster on this machine is taken.
 */
export function existingProvider(context: string | undefined): ClusterProvider {
  return {
    name: 'existing',
    title: context ? `the cluster of context ${context}` : 'the cluster of KUBECONFIG',
    async up(signal) {
      const flags = context ? ['--context', context] : [];
      const result = await run('kubectl', [...flags, 'config', 'view', '--minify', '--output', 'json'], {
        signal,
      });
      const view = result.code === 0 ? config.parse(JSON.parse(result.stdout)) : undefined;
      const server = view?.clusters?.[0]?.cluster.server;
      if (!server) {
        throw new UserError(
          'There is no cluster here: no kind, no script, and KUBECONFIG names none.',
          'Install kind (https://kind.sigs.k8s.io), or name a cluster: ./coffee cluster up --context NAME',
        );
      }
      const current = context ?? view?.['current-context'];
      if (!context && !isLocal(server)) {
        throw new UserError(
          `The context ${current} is at ${server}, which is not this machine.`,
          `If it is meant: ./coffee cluster up --context ${current}`,
        );
      }
      return { kubeconfig: process.env.KUBECONFIG, path: undefined, context: current };
    },
    load() {
      say(
        '  This cluster pulls its images itself: SERVICE_IMAGE and TOOLS_IMAGE must be where it finds them.',
      );
      return Promise.resolve();
    },
    async down(signal) {
      const flags = context ? ['--context', context] : [];
      const namespaces = ['go-coffee-platform', 'go-coffee-monitoring', 'go-coffee-restore'];
      await check('kubectl', [...flags, 'delete', 'namespace', '--ignore-not-found', ...namespaces], {
        signal,
      });
    },
  };
}
