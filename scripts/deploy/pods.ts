import type { Colour } from '#platform/database/active-colour.ts';
import { type AutoscalerState, missingOfState, type WorkloadState } from '../cluster/workload-state.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api, KubeObject } from './api.ts';
import type { Clock } from './clock.ts';
import { colourLabel, nameOf } from './colours.ts';
import { GateError } from './gate-error.ts';

export interface DeploymentObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly generation?: number };
  readonly spec: WorkloadState['spec'] & {
    readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } };
  };
  readonly status?: WorkloadState['status'];
}

export interface PodObject extends KubeObject {
  readonly spec?: {
    readonly containers: readonly {
      readonly name: string;
      readonly resources?: { readonly limits?: { readonly memory?: string } };
    }[];
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode: number } };
}

/** What no patience mends. */
const hopeless = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerError']);
const mostRestarts = 2;
const readyWithinMs = 300_000;
/** Three brokers follow each other. */
const sharedReadyWithinMs = 600_000;
const lookMs = 2_000;

export const deploymentOf = (
  api: Api,
  service: string,
  colour: Colour,
): Promise<DeploymentObject | undefined> => api.get<DeploymentObject>('deployment', nameOf(service, colour));

/** How many pods of each service a colour is to have. */
export async function replicasOf(
  api: Api,
  services: readonly string[],
  colour: Colour,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const service of services) {
    const deployment = await deploymentOf(api, service, colour);
    if (deployment) found.set(service, deployment.spec.replicas ?? 1);
  }
  return found;
}

/** Brings a colour to a number of pods of each service. */
export async function scale(api: Api, colour: Colour, replicas: ReadonlyMap<string, number>): Promise<void> {
  for (const [service, count] of replicas) {
    if (!(await deploymentOf(api, service, colour))) continue;
    await api.patch('deployment', nameOf(service, colour), { spec: { replicas: count } });
  }
}

/** What it lacks until all its pods are new and available, without those that only an autoscaler asks for. */
function lacks(
  workload: DeploymentObject | undefined,
  autoscalers: readonly Manifest[],
  least = Number.POSITIVE_INFINITY,
): string | undefined {
  if (!workload) return 'it is not there';
  if ((workload.status?.availableReplicas ?? 0) >= least) return undefined;
  const { metadata, status = {} } = workload;
  const state = { ...workload, metadata: { ...metadata, generation: metadata.generation ?? 0 }, status };
  const missing = missingOfState(state, autoscalers as unknown as AutoscalerState[]);
  return missing?.surplus ? undefined : missing?.what;
}

const notReady = (name: string, afterMs: number, missing: string): GateError =>
  new GateError(`${name} is not ready after ${afterMs / 1000} s: ${missing}.`);

/** Waits until what both colours share is as its manifests say. @throws GateError naming what does not get there */
export async function untilSharedReady(
  api: Api,
  shared: readonly Manifest[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.now() + sharedReadyWithinMs;
  const autoscalers = shared.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  for (const { kind, metadata } of shared) {
    if (metadata.namespace !== api.namespace || !/^(Deployment|StatefulSet)$/.test(kind)) continue;
    for (;;) {
      signal.throwIfAborted();
      const missing = lacks(await api.get<DeploymentObject>(kind.toLowerCase(), metadata.name), autoscalers);
      if (missing === undefined) break;
      if (clock.now() > deadline) throw notReady(metadata.name, sharedReadyWithinMs, missing);
      await clock.pause(lookMs, signal);
    }
  }
}

export interface Readiness {
  /** No container of it has a past: one that crashes again and again will go on so. True unless told. */
  readonly isNew?: boolean;
  /** So many pods of each service are enough; all of them unless told. */
  readonly least?: number;
  readonly withinMs?: number;
}

/**
 * Waits until all pods of a colour are there and ready.
 * @throws GateError when they do not get there, at once when a new container can't be had or goes on crashing
 */
export async function untilReady(
  api: Api,
  services: readonly string[],
  colour: Colour,
  clock: Clock,
  signal: AbortSignal,
  { isNew = true, least, withinMs = readyWithinMs }: Readiness = {},
): Promise<void> {
  const deadline = clock.now() + withinMs;
  for (const service of services) {
    for (;;) {
      signal.throwIfAborted();
      const deployment = await deploymentOf(api, service, colour);
      const missing = lacks(deployment, [], least);
      if (missing === undefined) break;
      if (isNew) await notHopeless(api, service, colour);
      if (clock.now() > deadline)
        throw notReady(nameOf(service, colour), withinMs, missing + (await whyPending(api, service, colour)));
      await clock.pause(lookMs, signal);
    }
  }
}

export const podsOf = (api: Api, service: string, colour: Colour): Promise<PodObject[]> =>
  api.list<PodObject>('pods', { 'app.kubernetes.io/name': service, [colourLabel]: colour });

const containersOf = ({ status }: PodObject): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** What the scheduler says of a pod that has no node. */
async function whyPending(api: Api, service: string, colour: Colour): Promise<string> {
  const conditions = (await podsOf(api, service, colour)).flatMap(({ status }) => status?.conditions ?? []);
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return unscheduled?.message ? ` (${unscheduled.message})` : '';
}

async function notHopeless(api: Api, service: string, colour: Colour): Promise<void> {
  for (const pod of await podsOf(api, service, colour))
    for (const { name, restartCount, state, lastState } of containersOf(pod)) {
      const reason = state?.waiting?.reason ?? '';
      if (hopeless.has(reason)) throw new GateError(`${pod.metadata.name}: ${name} can't start: ${reason}.`);
      if (restartCount > mostRestarts)
        throw new GateError(
          `${pod.metadata.name}: ${name} has crashed ${restartCount} times (${whyOf(lastState)}).`,
        );
    }
}

const whyOf = (last: ContainerStatus['lastState']): string =>
  last?.terminated
    ? `${last.terminated.reason ?? 'ended'}, exit code ${last.terminated.exitCode}`
    : 'unknown';

/** How often each container of a colour has restarted until now, by pod and container. */
export async function restartsOf(
  api: Api,
  services: readonly string[],
  colour: Colour,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const service of services)
    for (const pod of await podsOf(api, service, colour))
      for (const { name, restartCount } of containersOf(pod))
        found.set(`${pod.metadata.name}/${name}`, restartCount);
  return found;
}

/** @throws GateError when a container has restarted since */
export async function noRestartSince(
  before: ReadonlyMap<string, number>,
  api: Api,
  services: readonly string[],
  colour: Colour,
): Promise<void> {
  for (const [container, count] of await restartsOf(api, services, colour))
    if (count > (before.get(container) ?? 0)) throw new GateError(`${container} has restarted.`);
}
