import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSecrets } from '../dev/part-secrets.ts';
import { type Cluster, monitoring, platform } from './cluster.ts';
import { portForward } from './port-forward.ts';

/** Where clients of the platform come in, by the variable that tells scripts/stack/settings.ts. */
const doors: Readonly<Record<string, readonly [namespace: string, service: string, port: number]>> = {
  COFFEE_EDGE_URL: [platform, 'edge', 8443],
  COFFEE_PRODUCER_URL: [platform, 'producer', 8080],
  COFFEE_WEB3_PAYMENT_URL: [platform, 'web3-payment', 8080],
  COFFEE_AI_ORCHESTRATOR_URL: [platform, 'ai-orchestrator', 8080],
  COFFEE_STREAMS_URL: [platform, 'streams', 8080],
  COFFEE_JAEGER_URL: [monitoring, 'jaeger-query', 16686],
  COFFEE_PROMETHEUS_URL: [monitoring, 'prometheus', 9090],
};

/** What bootstrap made for the command line: in Compose a folder, here two Secrets. */
const secrets = ['host-tls', 'host-secrets'] as const;

/** A cluster as it is reached from this machine, until disposal. */
export interface ReachedCluster extends AsyncDisposable {
  /** For commands and suites that ask the stack: they ask the cluster then. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Opens a port of this machine to each door of the platform in a cluster, and copies what clients show there.
 *
 * @throws RunError or Error with kubectl's own words when the platform does not run there
 */
export async function reachCluster(
  cluster: Pick<Cluster, 'get' | 'start'>,
  signal: AbortSignal,
): Promise<ReachedCluster> {
  await using opening = new AsyncDisposableStack();
  const env: Record<string, string> = {};
  const directory = await mkdtemp(join(tmpdir(), 'go-coffee-cluster-'));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  for (const name of secrets) {
    const query = ['secret', name, '--namespace', platform];
    const { data } = await cluster.get<{ data: Record<string, string> }>(query, { signal });
    const files = Object.entries(data).map(([file, base64]) => [
      file,
      Buffer.from(base64, 'base64').toString(),
    ]);
    await writeSecrets(directory, Object.fromEntries(files));
  }
  env.COFFEE_SECRETS_DIRECTORY = directory;
  for (const [variable, [namespace, service, port]] of Object.entries(doors)) {
    const { localPort } = opening.use(await portForward(cluster, namespace, service, port));
    env[variable] = `https://127.0.0.1:${localPort}`;
  }
  const open = opening.move();
  return { env, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
