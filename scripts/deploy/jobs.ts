import type { Colour } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api, KubeObject } from './api.ts';
import type { Clock } from './clock.ts';
import { candidateOf, colourLabel, type Platform } from './colours.ts';
import { GateError } from './gate-error.ts';

interface JobObject extends KubeObject {
  readonly status?: {
    readonly succeeded?: number;
    readonly failed?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

// biome-ignore lint/suspicious/noExplicitAny: pods are taken from manifests and changed in place
type PodSpec = any;

const jobOf = (name: string, labels: Record<string, string>, spec: PodSpec): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    // Long enough to look at what it said; a deployment that goes on finds it there.
    ttlSecondsAfterFinished: 3_600,
    template: { metadata: { labels }, spec: { ...spec, restartPolicy: 'Never' } },
  },
});

/** The consumer as an environment makes it. @throws Error when there is none */
export function consumerOf({ coloured }: Platform): Manifest {
  const consumer = coloured.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'consumer',
  );
  if (!consumer) throw new Error('The environment has no consumer to take migrations from.');
  return consumer;
}

/**
 * The one-shot that prepares PostgreSQL and Kafka: the consumer's init container in a pod of its own, which may reach what the
 * consumer's may, and which no Service, budget or Deployment takes for one.
 * @param consumer a Deployment of it: of the new version, or one that runs
 * @param words of its command: nothing, or `activate` and a colour
 */
export function migrateJob(consumer: Manifest, name: string, words: readonly string[] = []): KubeObject {
  const { template } = structuredClone(consumer.spec) as PodSpec;
  const migrate = template.spec.initContainers.find(({ name: is }: { name: string }) => is === 'migrate');
  const mounted = new Set(migrate.volumeMounts.map((mount: { name: string }) => mount.name));
  const { topologySpreadConstraints: _spread, terminationGracePeriodSeconds: _grace, ...pod } = template.spec;
  return jobOf(
    name,
    { ...template.metadata.labels, [colourLabel]: 'none' },
    {
      ...pod,
      initContainers: [],
      containers: [{ ...migrate, args: ['services/migrate/main.ts', ...words] }],
      volumes: pod.volumes.filter((volume: { name: string }) => mounted.has(volume.name)),
    },
  );
}

export const activateName = (id: string, colour: Colour): string => `activate-${colour}-${id}`;

/** Lets a colour work. @param consumer whose version and configuration do it */
export const activateJob = (consumer: Manifest, id: string, colour: Colour): KubeObject =>
  migrateJob(consumer, activateName(id, colour), ['activate', colour]);

const toolsName = 'deployment-tools';

/** The tools (k8s/tools) under a name of their own: the policies that let them in, without the pod. */
export const toolsPolicies = (tools: readonly Manifest[]): Manifest[] =>
  renamed(tools).filter(({ kind }) => kind !== 'Pod');

const renamed = (tools: readonly Manifest[]): Manifest[] =>
  JSON.parse(
    JSON.stringify(tools).replaceAll(/"([a-z0-9-]+-from-)?tools"/g, `"$1${toolsName}"`),
  ) as Manifest[];

/**
 * `./coffee ARGS` inside of the cluster.
 * @param addresses where names of services lead to instead: certificates are of these names
 */
export function toolsJob(
  tools: readonly Manifest[],
  name: string,
  args: readonly string[],
  addresses: ReadonlyMap<string, string> = new Map(),
): KubeObject {
  const pod = renamed(tools).find(({ kind }) => kind === 'Pod');
  if (!pod) throw new Error('k8s/tools has no pod.');
  const spec: PodSpec = structuredClone(pod.spec);
  const hostAliases = [...addresses].map(([hostname, ip]) => ({ ip, hostnames: [hostname] }));
  return jobOf(
    name,
    { ...pod.metadata.labels },
    {
      ...spec,
      hostAliases,
      containers: [{ ...spec.containers[0], args: ['scripts/cli/main.ts', ...args] }],
    },
  );
}

interface ServiceObject extends KubeObject {
  readonly spec: { readonly clusterIP: string };
}

/** The addresses of the colour that is tried, by the names that its clients know. */
export async function candidateAddresses(
  api: Api,
  services: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const service of services) {
    const candidate = await api.get<ServiceObject>('service', candidateOf(service));
    if (candidate) found.set(service, candidate.spec.clusterIP);
  }
  return found;
}

const lookMs = 1_000;

/**
 * Runs a Job to its end. One that is there already is followed: it is of this deployment, which was killed meanwhile.
 * @throws GateError with its last lines when it fails
 */
export async function runJob(api: Api, job: KubeObject, clock: Clock, signal: AbortSignal): Promise<void> {
  const { name } = job.metadata;
  await api.create(job);
  for (;;) {
    signal.throwIfAborted();
    const current = await api.get<JobObject>('job', name);
    if (!current) throw new GateError(`Job ${name} is gone.`);
    if (current.status?.succeeded) return;
    if (current.status?.failed) throw new GateError(`Job ${name} failed: ${await api.logs(name)}`);
    // Without a pod that failed: one that never started, or did not come to its end in time.
    const failed = current.status?.conditions?.find(
      ({ type, status }) => type === 'Failed' && status === 'True',
    );
    if (failed) throw new GateError(`Job ${name} failed (${failed.reason}): ${await api.logs(name)}`);
    await clock.pause(lookMs, signal);
  }
}

/** The same, anew: what was found out before says nothing about now. */
export async function runAgain(api: Api, job: KubeObject, clock: Clock, signal: AbortSignal): Promise<void> {
  await api.remove('job', job.metadata.name);
  await runJob(api, job, clock, signal);
}
