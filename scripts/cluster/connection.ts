import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { existingProvider } from './existing-provider.ts';
import { hasKind, kindProvider } from './kind-provider.ts';
import type { ClusterAccess, ClusterProvider } from './provider.ts';
import { clusterScript, scriptProvider } from './script-provider.ts';

const file = join(repositoryRoot, '.coffee', 'cluster.json');

const schema = z.object({
  provider: z.enum(['script', 'kind', 'existing']),
  kubeconfig: z.string().optional(),
  path: z.string().optional(),
  context: z.string().optional(),
  script: z.string().optional(),
});

/** What `./coffee cluster up` leaves for the other commands. */
export interface Connection {
  readonly provider: ClusterProvider;
  readonly access: ClusterAccess;
}

/** A context that was named, else the script that is beside the repository, else kind, else KUBECONFIG's cluster. */
export async function chooseProvider(
  context: string | undefined,
  signal: AbortSignal,
): Promise<ClusterProvider> {
  if (context) return existingProvider(context);
  const script = clusterScript();
  if (script) return scriptProvider(script);
  return (await hasKind(signal)) ? kindProvider : existingProvider(undefined);
}

export async function saveConnection({ provider, access }: Connection): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ provider: provider.name, ...access }, undefined, 2)}\n`);
}

/** @throws UserError when no cluster is up */
export async function readConnection(): Promise<Connection> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError('There is no cluster of ours.', './coffee cluster up makes one.');
  }
  const { provider, kubeconfig, path, context, script } = schema.parse(JSON.parse(text));
  return { provider: providerOf(provider, context, script), access: { kubeconfig, path, context, script } };
}

/** Whether one was brought up by `./coffee cluster`, and not taken down since. */
export const isClusterUp = (): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export const forgetConnection = (): Promise<void> => rm(file, { force: true });

function providerOf(
  name: ClusterProvider['name'],
  context: string | undefined,
  script: string | undefined,
): ClusterProvider {
  if (name === 'kind') return kindProvider;
  return name === 'script' && script ? scriptProvider(script) : existingProvider(context);
}
