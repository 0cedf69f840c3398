import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { devServices, readDevConfig } from '../dev/dev-services.ts';
import { compose } from '../docker/compose.ts';
import { untilContainerHealthy, untilHealthy } from '../docker/container-health.ts';
import { check, run } from '../docker/run.ts';
import { containerOf, networkAddresses } from '../docker/service-container.ts';
import { chosenServices } from './profiles.ts';

/** What the edge asks: of these there is a copy while they are away. */
const behindEdge: readonly string[] = ['producer', 'console'];
// Services that nobody waits for have the smallest shares of the processor: where the load fills the machine one took 218 s.
const healthyWithinMs = 300_000;
const knownWithinMs = 60_000;
// A look costs a tenth of a second of a core, which is the platform's as well.
const lookEveryMs = 1_000;
// compose.yaml's stop_grace_period.
const graceSeconds = 30;

export interface RestartOptions {
  readonly signal: AbortSignal;
  /** Settings that the service has other than by `.env`, for the copy that serves meanwhile. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The services of the chosen profile whose code is ours. */
export async function restartable(signal: AbortSignal): Promise<string[]> {
  const [config, chosen] = await Promise.all([readDevConfig(signal), chosenServices(signal)]);
  return devServices(config).filter((service) => chosen.includes(service));
}

/**
 * Restarts a service of the running stack. Who asks it through the edge is served by a copy while it is away, and it is stopped
 * when the edge asks only the copy, and none of its workers is left that asked both. What the others read waits in Kafka and PostgreSQL.
 *
 * @throws UserError when it, or the copy, does not serve in time; a copy that is the only one to serve stays then
 */
export async function restart(service: string, { signal, env = {} }: RestartOptions): Promise<void> {
  // Without the signal: half of a restart is an outage.
  const whole = new AbortController().signal;
  if (!behindEdge.includes(service)) {
    await compose(['restart', '--no-deps', service], { signal: whole });
    await untilHealthy(service, healthyWithinMs, whole);
    return;
  }
  const own = await containerOf(service, signal);
  const copy = await startCopy(service, own, { signal, env });
  await tellToLeave(own, copy, whole);
  // Compose takes the time that the service has to stop from its grace period.
  await compose(['restart', '--no-deps', service], { signal: whole });
  await untilHealthy(service, healthyWithinMs, whole);
  await tellToLeave(copy, own, whole);
  await remove(copy);
}

/**
 * A second container of the image that the first one has, under the same name in its networks, without ports on this machine.
 *
 * @returns its name, when the edge asks both
 */
async function startCopy(
  service: string,
  own: string,
  { signal, env = {} }: RestartOptions,
): Promise<string> {
  const inspected = await check('docker', ['inspect', '--format', '{{.Name}} {{.Image}}', own], { signal });
  const [name = '', image = ''] = inspected.stdout.trim().slice(1).split(' ');
  const copy = `${name}-copy`;
  // What a restart that was killed has left.
  await run('docker', ['rm', '--force', '--volumes', copy]);
  const options = ['--detach', '--no-TTY', '--no-deps', '--use-aliases', '--name', copy];
  try {
    await compose(['run', ...options, service], { signal, env: { ...env, SERVICE_IMAGE: image } });
    await untilContainerHealthy(copy, healthyWithinMs, signal);
    await untilEdge({ asks: [own, copy] }, signal);
    return copy;
  } catch (error) {
    await remove(copy);
    throw error;
  }
}

/** Its readiness fails from now on, and it goes on serving until the edge asks only the other one. */
async function tellToLeave(container: string, other: string, signal: AbortSignal): Promise<void> {
  await check('docker', ['kill', '--signal', 'USR2', container], { signal });
  await untilEdge({ asks: [other], leaves: container }, signal);
  await untilNoneLeaves(await containerOf('edge', signal), signal);
}

async function remove(container: string): Promise<void> {
  await run('docker', ['stop', '--time', String(graceSeconds), container]);
  await run('docker', ['rm', '--force', '--volumes', container]);
}

/** Waits until the edge sends requests to some containers, and to another one no more. */
async function untilEdge(
  { asks, leaves }: { readonly asks: readonly string[]; readonly leaves?: string },
  signal: AbortSignal,
): Promise<void> {
  const wanted = await Promise.all(asks.map((container) => networkAddresses(container, 'IPAddress', signal)));
  const unwanted = leaves === undefined ? [] : await networkAddresses(leaves, 'IPAddress', signal);
  const edge = await containerOf('edge', signal);
  const deadline = performance.now() + knownWithinMs;
  for (;;) {
    const known = await upstreams(edge, signal);
    const isKnown = (address: string): boolean => known.includes(`server ${address}:`);
    if (wanted.every((addresses) => addresses.some(isKnown)) && !unwanted.some(isKnown)) return;
    if (performance.now() > deadline) {
      throw new UserError(
        `The edge does not ask what it should, ${asks.join(' and ')}, but:\n${known}`,
        './coffee logs edge says why. A copy that is left is removed by the next ./coffee restart, or ./coffee down.',
      );
    }
    await pause(lookEveryMs, signal);
    signal.throwIfAborted();
  }
}

/** A worker that a reload has replaced answers what still comes on its connections, and asks who was there before. */
async function untilNoneLeaves(edge: string, signal: AbortSignal): Promise<void> {
  const look = ['exec', edge, 'sh', '-c', 'cat /proc/[0-9]*/cmdline 2>&1 | tr "\\0" "\\n"'];
  const deadline = performance.now() + knownWithinMs;
  for (;;) {
    const { stdout } = await check('docker', look, { signal });
    if (!stdout.includes('worker process is shutting down')) return;
    if (performance.now() > deadline) {
      throw new UserError(
        `A worker of the edge has not stopped within ${knownWithinMs / 1_000} s of a reload.`,
        './coffee logs edge says why.',
      );
    }
    await pause(lookEveryMs, signal);
    signal.throwIfAborted();
  }
}

/** What nginx itself says, so that it is what it does; of an edge that does not answer, why not. */
async function upstreams(edge: string, signal: AbortSignal): Promise<string> {
  const ask = ['curl', '--silent', '--show-error', '--fail', '--cacert', '/run/go-coffee/secrets/ca.crt'];
  const url = 'https://localhost:9145/upstreams';
  const { code, stdout, stderr } = await run('docker', ['exec', edge, ...ask, url], { signal });
  return code === 0 ? stdout : stderr;
}
