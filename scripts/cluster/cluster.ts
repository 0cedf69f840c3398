import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { repositoryRoot } from '../docker/repository.ts';
import { check, type RunOptions, type RunResult, run } from '../docker/run.ts';
import { type CommandLine, pipe } from './pipe.ts';
import type { ClusterAccess } from './provider.ts';

export const platform = 'go-coffee-platform';
export const monitoring = 'go-coffee-monitoring';

/** kubectl with a cluster. */
export class Cluster {
  readonly #env: Record<string, string | undefined>;
  readonly #context: readonly string[];

  constructor({ kubeconfig, path, context }: ClusterAccess) {
    this.#env = {
      ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}),
      ...(path ? { PATH: `${path}:${process.env.PATH}` } : {}),
    };
    this.#context = context ? ['--context', context] : [];
  }

  /** @throws RunError when kubectl fails */
  kubectl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return check('kubectl', [...this.#context, ...args], this.#options(options));
  }

  /** Like `kubectl`, for callers to whom a failure is an answer. */
  tryKubectl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run('kubectl', [...this.#context, ...args], this.#options(options));
  }

  /** `kubectl get ARGS` as an object. */
  async get<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
    return JSON.parse((await this.kubectl(['get', '--output', 'json', ...args], options)).stdout) as T;
  }

  async list<T>(args: readonly string[], options: RunOptions = {}): Promise<T[]> {
    return (await this.get<{ items: T[] }>(args, options)).items;
  }

  /** Applies an object that is made here. */
  async apply(object: unknown, options: RunOptions = {}): Promise<void> {
    await this.kubectl(['apply', '--filename', '-'], { ...options, input: JSON.stringify(object) });
  }

  /** Runs a program in a container of the platform's namespace. */
  exec(pod: string, command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.tryKubectl(['exec', '--namespace', platform, pod, '--', ...command], options);
  }

  /** Starts kubectl, for what lasts, such as a port-forward: the caller ends it. */
  start(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    const env = { ...process.env, ...this.#env };
    return spawn('kubectl', [...this.#context, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** `kubectl FROM | kubectl TO`, byte for byte. @throws Error when one of them fails */
  pipe(from: readonly string[], to: readonly string[], signal: AbortSignal): Promise<void> {
    const line = (args: readonly string[]): CommandLine => ['kubectl', ...this.#context, ...args];
    return pipe(line(from), line(to), { ...process.env, ...this.#env }, signal);
  }

  #options(options: RunOptions): RunOptions {
    return { cwd: repositoryRoot, ...options, env: { ...this.#env, ...options.env } };
  }
}
