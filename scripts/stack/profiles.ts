import { tryCompose } from '../docker/compose.ts';
import { run } from '../docker/run.ts';
import { catalogue } from '../images/catalogue.ts';
import { readVersions } from '../images/ensure.ts';

/** The services that start under the chosen profiles, in compose.yaml's order. */
export async function chosenServices(signal: AbortSignal): Promise<string[]> {
  const { stdout } = await tryCompose(['config', '--services'], { signal });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Those of them that can start: without what is only pulled and was not (`docker compose up` alone would fail). */
export async function startableServices(signal: AbortSignal): Promise<string[]> {
  const versions = await readVersions();
  const absent = new Set<string>();
  for (const { name, variable } of catalogue.filter(({ onlyPulled }) => onlyPulled)) {
    const { code } = await run('docker', ['image', 'inspect', versions[variable] ?? ''], { signal });
    if (code !== 0) absent.add(name);
  }
  return (await chosenServices(signal)).filter((service) => !absent.has(service));
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
  'anvil',
  'chain-setup',
  'web3-payment',
] as const;
