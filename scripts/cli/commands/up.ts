import { messageOf } from '#platform/errors/app-error.ts';
import { startAgent } from '../../console-agent/agent-process.ts';
import { compose, tryCompose } from '../../docker/compose.ts';
import { recreate } from '../../docker/container-health.ts';
import { ensureEngine } from '../../docker/engine.ts';
import { undoAbandoned } from '../../fault/undo.ts';
import { ensureImages } from '../../images/ensure.ts';
import { placeTracedOrder } from '../../order/place-traced-order.ts';
import { readAuthority } from '../../stack/authority.ts';
import { parseFlags } from '../../stack/flags.ts';
import { grafanaForConsole } from '../../stack/grafana-for-console.ts';
import {
  chosenServices,
  orderPath,
  startable,
  stores,
  type TelemetryService,
  telemetryServices,
} from '../../stack/profiles.ts';
import { buildServiceImage } from '../../stack/service-image.ts';
import { readSettings, type StackSettings } from '../../stack/settings.ts';
import { waitForUrl } from '../../stack/wait-for-url.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { writeAuthority } from './trust.ts';

const telemetryDeadlineMs = 60_000;
const consoleDeadlineMs = 60_000;
/** Images are there, or are reported: Compose looks for none. */
const unbuilt = ['--pull', 'never', '--no-build'] as const;
/** Of the part `docker-api`. */
const proxyImage = 'haproxy';

/**
 * Starts what an order needs, and waits until it is healthy.
 *
 * @param files for Compose, on top of compose.yaml.
 */
export async function startOrderPath(signal: AbortSignal, files: readonly string[] = []): Promise<void> {
  const chosen = files.flatMap((file) => ['--file', file]);
  await ensureImages(['order'], { signal });
  const env = grafanaForConsole((await startable(signal)).services, await readSettings());
  await step('Building the image of the services', ({ note }) => buildServiceImage(signal, note));
  await step('Starting the order path', async ({ note }) => {
    try {
      await compose(
        [...chosen, 'up', '--detach', '--wait', '--wait-timeout', '180', ...unbuilt, ...orderPath],
        { signal, env: { ...env }, onLine: note },
      );
    } catch (error) {
      signal.throwIfAborted();
      throw new UserError(
        `The order path did not start: ${messageOf(error)}`,
        './coffee ps shows which part is not healthy, ./coffee logs <part> why, ./coffee doctor checks the machine.',
        { cause: error },
      );
    }
  });
}

/** Starts each telemetry backend as soon as its image is there. @returns whether orders can be traced. */
export async function startTelemetry(settings: StackSettings, signal: AbortSignal): Promise<boolean> {
  // First, since what the collector sends to depends on which of them there are. They are of one profile.
  if ((await chosenServices(signal)).includes('tempo')) await ensureImages(['stores'], { signal });
  const { services, absent, env } = await startable(signal);
  const wanted = telemetryServices.filter((service) => services.includes(service));
  if (wanted.length === 0) return false;
  if (absent.length > 0) say(`  Telemetry does without ${absent.join(', ')} (images/README.md).`);
  const started = new Set<TelemetryService>();
  const starting: Promise<void>[] = [];
  const ready = new Set<string>();
  // Where Docker's socket is somewhere else (rootless, another machine), containers are not measured, and all else is.
  const startProxy = async (up: string[]): Promise<boolean> => {
    try {
      await compose([...up, '--wait', 'docker-api'], { signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      say(
        `  Containers are not measured: docker-api did not start (DOCKER_SOCKET names another socket): ${messageOf(error)}`,
      );
      return false;
    }
  };
  const start = async (service: TelemetryService): Promise<void> => {
    const up = ['up', '--detach', '--no-deps', '--pull', 'never'];
    try {
      const measured = service === 'otel-collector' && ready.has(proxyImage) && (await startProxy(up));
      const containers = measured ? {} : { COFFEE_CONTAINER_METRICS: 'none' };
      await compose([...up, service], { env: { ...env, ...containers }, signal });
      started.add(service);
    } catch (error) {
      // Orders are served without it; reported below, with what is missing.
      say(`  ${service} did not start: ${messageOf(error)}`);
    }
  };
  for (const service of wanted) if (stores.includes(service)) starting.push(start(service));
  await ensureImages(['telemetry'], {
    signal,
    onReady: (name) => {
      ready.add(name);
      // The collector does not start without what it reads container metrics through.
      if (name === proxyImage && ready.has('otel-collector')) starting.push(start('otel-collector'));
      const service = wanted.find((candidate) => candidate === name);
      if (service && (service !== 'otel-collector' || ready.has(proxyImage))) starting.push(start(service));
    },
  });
  // Where that can't be had, containers are not measured, and everything else is.
  if (ready.has('otel-collector') && !ready.has(proxyImage)) starting.push(start('otel-collector'));
  // Of the services' image, which is there.
  if (wanted.includes('alert-inbox')) starting.push(start('alert-inbox'));
  await Promise.all(starting);
  const missing = wanted.filter((service) => !started.has(service));
  if (missing.length > 0) say(`Without ${missing.join(', ')}: see above. Orders are served all the same.`);
  await step('Waiting for the telemetry backends', async () => {
    const authority = await readAuthority(settings);
    for (const service of wanted.filter((candidate) => started.has(candidate))) {
      try {
        await waitForUrl(settings.telemetryHealthUrls[service], telemetryDeadlineMs, signal, authority);
      } catch (error) {
        signal.throwIfAborted();
        say(`  ${messageOf(error)}; see ./coffee logs ${service}`);
        started.delete(service);
      }
    }
  });
  return started.has('otel-collector') && started.has('jaeger');
}

/**
 * Has the console link to Grafana when it runs in the end: on a first start its image comes after the console has started. Compose
 * starts the console anew only if it was not told before; it keeps nothing.
 */
async function linkConsole(settings: StackSettings, signal: AbortSignal): Promise<void> {
  const { stdout } = await tryCompose(['--profile', '*', 'ps', '--services', '--status', 'running'], {
    signal,
  });
  const env = grafanaForConsole(stdout.split('\n'), settings);
  if (Object.keys(env).length === 0) return;
  try {
    await recreate(['console'], consoleDeadlineMs, signal, env);
  } catch (error) {
    signal.throwIfAborted();
    say(`  The console was not told of Grafana: ${messageOf(error)}`);
  }
}

function showAddresses(settings: StackSettings, traced: boolean): void {
  const rows: [string, string][] = [
    ['Orders', `${settings.edgeUrl.href}v1/orders`],
    ['API page', `${settings.edgeUrl.href}docs`],
    ['Console', `${settings.edgeUrl.href}console/ (./coffee console signs in)`],
    ['Past edge', settings.producerUrl.href],
    ...(traced
      ? ([
          ['Traces', settings.jaegerUrl.href],
          ['Metrics', settings.prometheusUrl.href],
        ] satisfies [string, string][])
      : []),
  ];
  say('');
  for (const [name, url] of rows) say(`  ${name.padEnd(10)}${url}`);
  say('');
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  parseFlags('up', args, {});
  const startedAt = performance.now();
  await ensureEngine(signal);
  // What a killed ./coffee fault or chaos left behind would keep parts from ever being healthy.
  await undoAbandoned();
  await startOrderPath(signal);
  const settings = await readSettings();
  if (settings.tls) await writeAuthority(signal);
  say(`  Orders are taken at ${settings.edgeUrl.href}v1/orders`);
  const traced = await startTelemetry(settings, signal);
  await linkConsole(settings, signal);
  await startAgent(settings.consoleAgentPort, signal);
  showAddresses(settings, traced);
  if (traced) await placeTracedOrder({ signal });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(
    `Go Coffee runs (${seconds} s). ./coffee order places an order, ./coffee traffic many, ./coffee down stops it.`,
  );
  return 0;
}

export const command: Command = {
  summary: 'Start the whole platform and show the trace of a first order',
  usage: `Usage: ./coffee up

Installs what is missing (see ./coffee doctor), gets the images, starts everything and waits until it is healthy.
COMPOSE_PROFILES=minimal ./coffee up starts it with collector, Jaeger and Prometheus only, core without telemetry.
COFFEE_IMAGES=pull|build decides where images come from; COFFEE_INSTALL_DOCKER=0 leaves this machine's Docker alone.`,
  run,
};
