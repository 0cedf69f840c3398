import { backoff, pause } from '#platform/lifecycle/abort.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { RunError, type RunOptions, type RunResult } from '../docker/run.ts';
import type { Manifest } from '../kubernetes/manifests.ts';
import { quantity } from '../kubernetes/pods.ts';

/** An object as the API server has it. */
export interface KubeObject extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly resourceVersion?: string };
}

/** What a deployment does at the API server, in the platform's namespace unless an object says where it is. */
export interface Api {
  readonly namespace: string;
  get<T extends KubeObject>(kind: string, name: string): Promise<T | undefined>;
  /** @param selector labels that they have */
  list<T extends KubeObject>(kind: string, selector: Readonly<Record<string, string>>): Promise<T[]>;
  /** @returns whether it was made: false when there is one of that name */
  create(object: KubeObject): Promise<boolean>;
  /** @returns whether it was replaced: false when somebody has changed it since it was read */
  replace(object: KubeObject): Promise<boolean>;
  /** Sets what the objects say and leaves alone what they have never said; they say where they are. */
  apply(objects: readonly Manifest[]): Promise<void>;
  patch(kind: string, name: string, patch: object): Promise<void>;
  /** It is gone when this resolves, if it was there. */
  remove(kind: string, name: string): Promise<void>;
  /** What containers use, in bytes by `pod/container`; undefined where the cluster does not measure (metrics.k8s.io). */
  memoryUsage(): Promise<Map<string, number> | undefined>;
  /** The last lines that the pods of a Job have printed. */
  logs(job: string): Promise<string>;
  /** What `apply` would change, by the API server's own comparison; empty when nothing. */
  difference(objects: readonly Manifest[]): Promise<string>;
}

/** The API server, or the way to it, is away for a moment: the same request may be sent again. */
const passing =
  /connection (refused|reset|lost)|i\/o timeout|TLS handshake timeout|deadline exceeded|no such host|\bEOF\b|etcdserver|\((Timeout|ServerTimeout|InternalError)\)|ServiceUnavailable|TooManyRequests/;
const patienceMs = 30_000;

/** There is no metrics API, or nobody behind it. */
const unmeasured = /doesn't have a resource type|Metrics API not available|ServiceUnavailable|NotFound/;

interface PodMetrics extends KubeObject {
  readonly containers: readonly { readonly name: string; readonly usage: { readonly memory: string } }[];
}

const asList = (items: readonly Manifest[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** The API server by kubectl, which knows how to reach it. */
export class KubectlApi implements Api {
  readonly namespace: string;
  readonly #cluster: Cluster;
  readonly #namespace: readonly string[];
  readonly #signal: AbortSignal | undefined;

  constructor(cluster: Cluster, namespace: string, signal?: AbortSignal) {
    this.namespace = namespace;
    this.#cluster = cluster;
    this.#namespace = ['--namespace', namespace];
    this.#signal = signal;
  }

  async get<T extends KubeObject>(kind: string, name: string): Promise<T | undefined> {
    const { stdout } = await this.#kubectl(['get', kind, name, '--ignore-not-found', '--output=json']);
    return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as T);
  }

  async list<T extends KubeObject>(kind: string, selector: Readonly<Record<string, string>>): Promise<T[]> {
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    const { stdout } = await this.#kubectl(['get', kind, '--selector', labels.join(), '--output=json']);
    return (JSON.parse(stdout) as { items: T[] }).items;
  }

  create(object: KubeObject): Promise<boolean> {
    return this.#unless(/AlreadyExists/, ['create', '--filename=-'], JSON.stringify(object));
  }

  replace(object: KubeObject): Promise<boolean> {
    return this.#unless(/Conflict|NotFound/, ['replace', '--filename=-'], JSON.stringify(object));
  }

  async apply(objects: readonly Manifest[]): Promise<void> {
    // Objects of several namespaces: each says its own.
    const options = this.#options(asList(objects));
    if (objects.length > 0) await this.#check(['apply', '--filename=-'], options);
  }

  async patch(kind: string, name: string, patch: object): Promise<void> {
    await this.#kubectl(['patch', kind, name, '--type=merge', '--patch', JSON.stringify(patch)]);
  }

  async remove(kind: string, name: string): Promise<void> {
    // With what it owns: a pod of a Job could go on working when the Job is gone.
    const cascade = kind === 'job' ? ['--cascade=foreground'] : [];
    await this.#kubectl(['delete', kind, name, '--ignore-not-found', '--wait', '--timeout=120s', ...cascade]);
  }

  async memoryUsage(): Promise<Map<string, number> | undefined> {
    const args = ['get', 'pods.metrics.k8s.io', '--output=json'];
    const result = await this.#try(args);
    if (result.code !== 0 && unmeasured.test(result.stderr)) return undefined;
    if (result.code !== 0) throw new RunError('kubectl', args, result);
    const { items } = JSON.parse(result.stdout) as { items: PodMetrics[] };
    return new Map(
      items.flatMap(({ metadata, containers }) =>
        containers.map(({ name, usage }) => [`${metadata.name}/${name}`, quantity(usage.memory)] as const),
      ),
    );
  }

  async logs(job: string): Promise<string> {
    const { stdout } = await this.#try(['logs', `job/${job}`, '--tail=20']);
    return stdout.trim();
  }

  async difference(objects: readonly Manifest[]): Promise<string> {
    const args = ['diff', '--filename=-'];
    const result = await this.#cluster.tryKubectl(args, this.#options(asList(objects)));
    // diff's own exit codes: 1 is a difference.
    if (result.code > 1) throw new RunError('kubectl', args, result);
    return result.stdout;
  }

  /** @returns false where the failure is the one that was expected. @throws RunError for any other */
  async #unless(expected: RegExp, args: readonly string[], input: string): Promise<boolean> {
    const result = await this.#try(args, input);
    if (result.code === 0) return true;
    if (expected.test(result.stderr)) return false;
    throw new RunError('kubectl', args, result);
  }

  #kubectl(args: readonly string[], input?: string): Promise<RunResult> {
    return this.#check([...args, ...this.#namespace], this.#options(input));
  }

  async #check(args: readonly string[], options: RunOptions): Promise<RunResult> {
    const result = await this.#patiently(args, options);
    if (result.code !== 0) throw new RunError('kubectl', args, result);
    return result;
  }

  /** Whatever is sent may be sent again: what is made has a name, what is replaced a version. */
  async #patiently(args: readonly string[], options: RunOptions): Promise<RunResult> {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#cluster.tryKubectl(args, options);
      if (result.code === 0 || !passing.test(result.stderr) || performance.now() > deadline) return result;
      await pause(backoff(attempt), this.#signal ?? new AbortController().signal);
    }
  }

  #try(args: readonly string[], input?: string): Promise<RunResult> {
    return this.#patiently([...args, ...this.#namespace], this.#options(input));
  }

  #options(input: string | undefined) {
    return { ...(this.#signal ? { signal: this.#signal } : {}), ...(input === undefined ? {} : { input }) };
  }
}
