import { setImmediate as turn } from 'node:timers/promises';
import type { Colour } from '#platform/database/active-colour.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import type { Api, KubeObject } from './api.ts';
import type { Clock } from './clock.ts';
import { colourLabel } from './colours.ts';

/** How a version turns out to be, by the tag of its image. */
export type Behaviour =
  | 'good'
  | 'never ready'
  | 'no room'
  | 'crashes'
  | 'no image'
  | 'fails its smoke test'
  | 'bad migration'
  | 'leaks'
  | 'runs out of memory'
  | 'restarts while it is tried'
  | 'fails under traffic';

/** The deployment was killed: nothing of it goes on. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind, as the API server has them
type Stored = any;

const keyOf = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`;

function merged(old: Stored, changes: Stored): Stored {
  if (typeof old !== 'object' || typeof changes !== 'object' || Array.isArray(changes) || !old || !changes)
    return structuredClone(changes);
  const result = { ...old };
  for (const [key, value] of Object.entries(changes)) result[key] = merged(old[key], value);
  return result;
}

/** Time that passes only while somebody waits for it. */
export class PatientClock implements Clock {
  #now = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#now;
  }

  async pause(ms: number): Promise<void> {
    this.#now += ms;
    await turn();
  }
}

/**
 * An API server with the controllers that a deployment needs: pods are ready or crash, Jobs end, Services send requests. After
 * each change it looks whether somebody who is ready answers requests, and whether somebody works.
 */
export class FakeCluster implements Api {
  readonly namespace = 'go-coffee-platform';
  readonly objects = new Map<string, Stored>();
  /** When nobody who is ready was asked or worked, and after which call. */
  readonly outages: string[] = [];
  /** What was done, as `verb kind/name`. */
  readonly calls: string[] = [];
  /** The services that somebody has to answer as and to work as. */
  readonly watched: readonly string[] = ['producer', 'consumer'];
  /** The colour that works, as PostgreSQL has it. */
  working: Colour = 'blue';
  /** Whether it has a metrics API. */
  measuresMemory = true;
  /** Pods that find room of each Deployment; all of them unless said. */
  readonly room = new Map<string, number>();
  /** Jobs that fail so many times before they succeed, by the beginning of their names. */
  readonly failing = new Map<string, number>();
  /** Dies before the effect of this call, counted from 1. */
  killAt = Number.POSITIVE_INFINITY;
  readonly #behaviours: Readonly<Record<string, Behaviour>>;
  #counted = 0;
  #looks = 0;
  #version = 0;

  /** @param behaviours by tag; a tag that is not there is good */
  constructor(behaviours: Readonly<Record<string, Behaviour>> = {}) {
    this.#behaviours = behaviours;
  }

  async get<T extends KubeObject>(kind: string, name: string): Promise<T | undefined> {
    this.#call('get', kind, name);
    const found = this.objects.get(keyOf(kind, name));
    if (!found) return undefined;
    return structuredClone(kind === 'deployment' ? this.#withStatus(found) : found) as T;
  }

  async list<T extends KubeObject>(kind: string, selector: Readonly<Record<string, string>>): Promise<T[]> {
    this.#call('list', kind, JSON.stringify(selector));
    const deployments = [...this.objects.values()].filter(
      ({ kind: is, spec }) =>
        is === 'Deployment' &&
        Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value),
    );
    return deployments.flatMap((deployment) => this.#podsOf(deployment)) as T[];
  }

  async create(object: KubeObject): Promise<boolean> {
    const key = keyOf(object.kind, object.metadata.name);
    this.#call('create', object.kind, object.metadata.name);
    if (this.objects.has(key)) return false;
    this.#store(key, object.kind === 'Job' ? this.#done(object) : object);
    return true;
  }

  async replace(object: KubeObject): Promise<boolean> {
    const key = keyOf(object.kind, object.metadata.name);
    this.#call('replace', object.kind, object.metadata.name);
    if (this.objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) return false;
    this.#store(key, object);
    return true;
  }

  async apply(objects: readonly Manifest[]): Promise<void> {
    for (const object of objects) {
      const key = keyOf(object.kind, object.metadata.name);
      this.#call('apply', object.kind, object.metadata.name);
      const old = this.objects.get(key);
      const isChanged = JSON.stringify(merged(old, object)) !== JSON.stringify(old);
      // https://kubernetes.io/docs/concepts/workloads/controllers/job/: its pods are made of a template that stays.
      if (old && object.kind === 'Job' && isChanged)
        throw new Error(`Job ${object.metadata.name}: field is immutable`);
      this.#store(key, merged(old, object));
    }
  }

  async patch(kind: string, name: string, patch: object): Promise<void> {
    this.#call('patch', kind, name);
    const found = this.objects.get(keyOf(kind, name));
    if (!found) throw new Error(`${kind} ${name} is not there`);
    this.#store(keyOf(kind, name), merged(found, patch));
  }

  async remove(kind: string, name: string): Promise<void> {
    this.#call('remove', kind, name);
    this.objects.delete(keyOf(kind, name));
  }

  /** What leaks uses 60 MiB more each time that it is asked how much it uses. */
  async memoryUsage(): Promise<Map<string, number> | undefined> {
    this.#call('list', 'podmetrics', '');
    if (!this.measuresMemory) return undefined;
    this.#looks += 1;
    const deployments = [...this.objects.values()].filter(({ kind }) => kind === 'Deployment');
    return new Map(
      deployments.flatMap((deployment) =>
        this.#podsOf(deployment).map(({ metadata }) => {
          const leaks = this.#behaviourOf(deployment.spec.template.spec) === 'leaks';
          return [
            `${metadata.name}/main`,
            (130 + (leaks ? this.#looks * 60 : this.#looks)) * 2 ** 20,
          ] as const;
        }),
      ),
    );
  }

  async logs(job: string): Promise<string> {
    this.#call('logs', 'job', job);
    return `${job} says why`;
  }

  async difference(objects: readonly Manifest[]): Promise<string> {
    this.#call('difference', 'objects', String(objects.length));
    return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join('\n');
  }

  /** The colours that requests of a service go to; none where its selector says nothing. */
  asked(service: string): Colour | undefined {
    return this.objects.get(keyOf('service', service))?.spec.selector[colourLabel];
  }

  replicas(deployment: string): number | undefined {
    return this.objects.get(keyOf('deployment', deployment))?.spec.replicas;
  }

  #call(verb: string, kind: string, name: string): void {
    this.#counted += 1;
    if (this.#counted >= this.killAt) throw new Killed(`killed at ${verb} ${kind} ${name}`);
    this.calls.push(`${verb} ${kind.toLowerCase()}/${name}`);
  }

  #store(key: string, object: Stored): void {
    this.#version += 1;
    const stored = structuredClone(object);
    stored.metadata.resourceVersion = String(this.#version);
    if (stored.kind === 'Service') stored.spec.clusterIP ??= `10.0.0.${this.#version}`;
    this.objects.set(key, stored);
    this.#look();
  }

  #behaviourOf(pod: Stored): Behaviour {
    const image: string = pod.containers[0].image;
    return this.#behaviours[image.slice(image.lastIndexOf(':') + 1)] ?? 'good';
  }

  #isReady({ spec }: Stored): boolean {
    const bad: readonly Behaviour[] = ['never ready', 'no room', 'crashes', 'no image'];
    return (spec.replicas ?? 1) > 0 && !bad.includes(this.#behaviourOf(spec.template.spec));
  }

  #withStatus(deployment: Stored): Stored {
    const replicas = deployment.spec.replicas ?? 1;
    const room = this.room.get(deployment.metadata.name) ?? replicas;
    const availableReplicas = this.#isReady(deployment) ? Math.min(room, replicas) : 0;
    return { ...deployment, status: { replicas, updatedReplicas: replicas, availableReplicas } };
  }

  #podsOf({ metadata, spec }: Stored): Stored[] {
    const behaviour = this.#behaviourOf(spec.template.spec);
    const underTraffic = this.asked(spec.template.metadata.labels['app.kubernetes.io/name']);
    const isAsked = underTraffic === spec.template.metadata.labels[colourLabel];
    const looked = this.calls.filter((call) => call.startsWith('list pods')).length;
    const restarts: Partial<Record<Behaviour, number>> = {
      crashes: 5,
      'runs out of memory': isAsked ? looked : 0,
      'restarts while it is tried': 1,
    };
    const restartCount = restarts[behaviour] ?? 0;
    const state = behaviour === 'no image' ? { waiting: { reason: 'ErrImagePull' } } : {};
    return Array.from({ length: spec.replicas ?? 1 }, (_, index) => ({
      kind: 'Pod',
      metadata: { name: `${metadata.name}-${index}` },
      spec: { containers: [{ name: 'main', resources: { limits: { memory: '512Mi' } } }] },
      status: {
        conditions:
          behaviour === 'no room'
            ? [
                {
                  type: 'PodScheduled',
                  status: 'False',
                  message: '0/1 nodes are available: 1 Insufficient cpu',
                },
              ]
            : [],
        containerStatuses: [{ name: 'main', restartCount, state }],
      },
    }));
  }

  /** A Job that has come to its end at once. */
  #done(job: Stored): Stored {
    const [, task = '', colour] = /^(\w+)-(blue|green)?/.exec(job.metadata.name) ?? [];
    const { spec } = job.spec.template;
    const behaviour =
      task === 'migrate' || task === 'activate' ? this.#behaviourOf(spec) : this.#behaviourOfTried(task);
    const fails =
      (task === 'migrate' && behaviour === 'bad migration') ||
      (task === 'smoke' && behaviour === 'fails its smoke test') ||
      (task === 'watch' && behaviour === 'fails under traffic');
    for (const [beginning, times] of this.failing) {
      if (!job.metadata.name.startsWith(beginning) || times === 0) continue;
      this.failing.set(beginning, times - 1);
      return { ...job, status: { failed: 1 } };
    }
    if (task === 'activate' && colour) this.working = colour as Colour;
    return { ...job, status: fails ? { failed: 1 } : { succeeded: 1 } };
  }

  /** Of the version that a test asks: the candidate's, or that of who is asked. */
  #behaviourOfTried(task: string): Behaviour {
    const service = task === 'smoke' ? 'producer-candidate' : 'producer';
    const colour = this.asked(service);
    const deployment = this.objects.get(
      keyOf('deployment', colour === 'green' ? 'producer-green' : 'producer'),
    );
    return deployment ? this.#behaviourOf(deployment.spec.template.spec) : 'good';
  }

  #look(): void {
    const deployments = [...this.objects.values()].filter(({ kind }) => kind === 'Deployment');
    const readyIn = (service: string, colour: string | undefined): boolean =>
      deployments.some(({ spec, ...rest }) => {
        const labels = spec.template.metadata.labels;
        const fits =
          labels['app.kubernetes.io/name'] === service && (!colour || labels[colourLabel] === colour);
        return fits && this.#isReady({ spec, ...rest });
      });
    for (const service of this.watched) {
      if (!this.objects.has(keyOf('service', service))) continue;
      if (!readyIn(service, this.asked(service))) this.outages.push(`nobody answers as ${service}`);
      if (!readyIn(service, this.working)) this.outages.push(`nobody works as ${service}`);
    }
  }
}
