import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { compose } from '../docker/compose.ts';
import { untilContainerHealthy, untilHealthy } from '../docker/container-health.ts';
import { check } from '../docker/run.ts';

/** What the edge asks, with where start.sh keeps the addresses of it. */
const behindEdge: Readonly<Record<string, string>> = {
  producer: '/tmp/edge/upstream.conf',
  console: '/tmp/edge/console-upstream.conf',
};
const healthyWithinMs = 120_000;
const knownWithinMs = 30_000;
const lookEveryMs = 200;

export interface RestartOptions {
  readonly signal: AbortSignal;
  /** Settings that the service has other than by `.env`, for the copy that serves meanwhile. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Restarts a service of the running stack without a failed request: what is asked through the edge has a copy beside it
 * while it is away. The others have nothing that waits for an answer; what they read waits in Kafka and PostgreSQL.
 *
 * @throws UserError when it, or the copy, does not serve in time; the copy is gone then
 */
export async function restart(service: string, { signal, env = {} }: RestartOptions): Promise<void> {
  const upstream = behindEdge[service];
  await using _copy = upstream === undefined ? undefined : await startCopy(service, upstream, { signal, env });
  // Compose takes the time that the service has to stop from its grace period.
  await compose(['restart', '--no-deps', service], { signal });
  await untilHealthy(service, healthyWithinMs, signal);
  if (upstream !== undefined) {
    const { stdout } = await compose(['ps', '--quiet', service], { signal });
    await untilEdgeKnows(stdout.trim(), upstream, signal);
  }
}

/** A second container of a service under the same name in its networks, without ports on this machine. */
async function startCopy(
  service: string,
  upstream: string,
  { signal, env = {} }: RestartOptions,
): Promise<AsyncDisposable> {
  const run = ['run', '--detach', '--no-TTY', '--no-deps', '--use-aliases', service];
  const name = (await compose(run, { signal, env: { ...env } })).stdout.trim();
  const copy = {
    // Without the signal: it goes whatever happens.
    async [Symbol.asyncDispose]() {
      await check('docker', ['stop', '--time', '30', name]);
      await check('docker', ['rm', '--volumes', name]);
    },
  };
  try {
    await untilContainerHealthy(name, healthyWithinMs, signal);
    await untilEdgeKnows(name, upstream, signal);
    return copy;
  } catch (error) {
    await copy[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Waits until the edge has an address of the container. It reloads right afterwards, within the time that whatever is
 * stopped next goes on serving, and asks another copy when one does not answer.
 */
async function untilEdgeKnows(container: string, upstream: string, signal: AbortSignal): Promise<void> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  const { stdout } = await check('docker', ['inspect', '--format', format, container], { signal });
  const addresses = stdout.trim().split(/\s+/);
  const deadline = performance.now() + knownWithinMs;
  for (;;) {
    const { stdout: known } = await compose(['exec', '--no-TTY', 'edge', 'cat', upstream], { signal });
    if (addresses.some((address) => known.includes(`server ${address}:`))) return;
    if (performance.now() > deadline) {
      throw new UserError(
        `The edge does not know ${addresses.join(' or ')} of ${container}, only:\n${known}`,
        './coffee logs edge says why.',
      );
    }
    await pause(lookEveryMs, signal);
    signal.throwIfAborted();
  }
}
