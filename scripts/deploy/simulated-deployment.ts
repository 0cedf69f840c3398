import { type DeployParts, deploy, type Outcome } from './deployment.ts';
import { type Behaviour, FakeCluster, PatientClock } from './fake-cluster.ts';
import type { News } from './notify.ts';
import { sampleEnvironment, sampleOptions, sampleTools } from './sample-environment.ts';

/** What people were told. */
export interface Told {
  readonly lines: string[];
  readonly news: News[];
}

/** Deploys a version of the sample environment. */
export function run(
  cluster: FakeCluster,
  tag: string,
  told: Told = { lines: [], news: [] },
  changes: Partial<Pick<DeployParts, 'manifests' | 'options'>> = {},
): Promise<Outcome> {
  return deploy({
    api: cluster,
    clock: new PatientClock(),
    manifests: sampleEnvironment(tag),
    tools: sampleTools,
    options: sampleOptions(tag),
    say: (line) => told.lines.push(line),
    notify: async (news) => void told.news.push(news),
    signal: new AbortController().signal,
    ...changes,
  });
}

/** A cluster with version 1 in blue, three producers and two consumers. */
export async function withVersion1(behaviours: Record<string, Behaviour> = {}): Promise<FakeCluster> {
  const cluster = new FakeCluster(behaviours);
  await run(cluster, '1');
  await cluster.patch('deployment', 'producer', { spec: { replicas: 3 } });
  await cluster.patch('deployment', 'consumer', { spec: { replicas: 2 } });
  cluster.outages.length = 0;
  return cluster;
}

/** Who is asked, who works, and with how many pods. */
export const standing = (cluster: FakeCluster) => ({
  asked: [cluster.asked('producer'), cluster.asked('consumer')],
  working: cluster.working,
  blue: [cluster.replicas('producer'), cluster.replicas('consumer')],
  green: [cluster.replicas('producer-green'), cluster.replicas('consumer-green')],
});
