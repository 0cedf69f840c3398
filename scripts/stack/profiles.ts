import { tryCompose } from '../docker/compose.ts';
import { run } from '../docker/run.ts';
import { catalogue } from '../images/catalogue.ts';
import { readVersions } from '../images/ensure.ts';

/** The services that start under a profile, in compose.yaml's order; of the chosen one unless told. */
export async function chosenServices(
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { stdout } = await tryCompose(['config', '--services'], { signal, env: { ...env } });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What of the chosen profile can start on this machine. */
export interface Startable {
  /** In compose.yaml's order. */
  readonly services: readonly string[];
  /** Chosen, and without an image here: what is only pulled, and was not. `docker compose up` alone would fail. */
  readonly absent: readonly string[];
  /**
   * For Compose, whenever it may start a part anew: a collector that would send to backends that are absent is started
   * as in the profile `closed`.
   */
  readonly env: { readonly COMPOSE_PROFILES?: string };
}

/** Backends that others send to. */
const sentTo: readonly string[] = ['tempo', 'loki'];

/**
 * How Compose has to be told that some parts are absent, so that nothing is sent to them. A model that was chosen stays.
 * @param profiles what was chosen, as `full,llm`.
 */
export function configuredWithout(absent: readonly string[], profiles = ''): Startable['env'] {
  if (!absent.some((name) => sentTo.includes(name))) return {};
  return { COMPOSE_PROFILES: profiles.split(',').includes('llm') ? 'closed,llm' : 'closed' };
}

export async function startable(signal: AbortSignal): Promise<Startable> {
  const [versions, chosen] = await Promise.all([readVersions(), chosenServices(signal)]);
  const absent: string[] = [];
  for (const { name, variable } of catalogue.filter(({ onlyPulled }) => onlyPulled)) {
    if (!chosen.includes(name)) continue;
    const { code } = await run('docker', ['image', 'inspect', versions[variable] ?? ''], { signal });
    if (code !== 0) absent.push(name);
  }
  const env = configuredWithout(absent, process.env.COMPOSE_PROFILES ?? versions.COMPOSE_PROFILES);
  const services = await chosenServices(signal, env);
  return { services: services.filter((service) => !absent.includes(service)), absent, env };
}

/** What collects, keeps and shows telemetry, in the order in which it is started. */
export const telemetryServices = [
  'otel-collector',
  'jaeger',
  'prometheus',
  'alert-inbox',
  'alertmanager',
  'tempo',
  'loki',
  'grafana',
] as const;
export type TelemetryService = (typeof telemetryServices)[number];

/** Those whose images are there, or not, before any other image of telemetry is made: they are only pulled. */
export const stores: readonly TelemetryService[] = telemetryServices.filter((service) =>
  catalogue.some(({ name, group }) => name === service && group === 'stores'),
);

/** The order path: what must run for an order to be accepted and kept, and the analytics of it. */
export const orderPath = [
  'bootstrap',
  'renewal',
  'kafka',
  'postgres',
  'redis',
  'migrate',
  'edge',
  'producer',
  'consumer',
  'streams',
  'ai-orchestrator',
  'anvil',
  'chain-setup',
  'web3-payment',
  'console',
] as const;
