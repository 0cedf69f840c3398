import { type DevConfig, publishedPort } from './dev-services.ts';

/** Where bootstrap's files are in a container. */
const secretsInContainer = '/run/go-coffee/secrets';

/** Doors that have another one for whoever comes from this machine: compose.yaml, KAFKA_LISTENERS. */
const doorsForTheHost: Readonly<Record<string, string>> = { 'kafka:9092': 'kafka:9094' };

/** Names of a part on Kubernetes are aliases under Compose. */
const partOf = (host: string): string => host.split('.')[0] ?? host;

export interface HostEnvironmentOptions {
  readonly config: DevConfig;
  readonly service: string;
  /** The folder on this machine with what bootstrap made for the service. */
  readonly secretsDirectory: string;
  /** Whether there is a collector to send to. */
  readonly telemetry: boolean;
}

const host = '127.0.0.1';

/** `kafka:9092` → `127.0.0.1:9094`: every address of a part as it is seen from this machine. */
function translated(value: string, { services }: DevConfig): string {
  return value.replaceAll(/([a-z0-9][a-z0-9.-]*):(\d{2,5})\b/g, (address, name: string, port: string) => {
    const part = partOf(name);
    const door = doorsForTheHost[`${part}:${port}`] ?? `${part}:${port}`;
    const target = Number(door.slice(door.indexOf(':') + 1));
    const at = services[part]?.ports.find((one) => one.target === target)?.published;
    // Certificates carry both names; gRPC's client knows no address as the name of a server.
    return at === undefined ? address : `${part === 'otel-collector' ? 'localhost' : host}:${at}`;
  });
}

/** `DATABASE_HOST: postgres` is half of an address: the other half is a default that no container has to say. */
const splitAddresses: Readonly<Record<string, { readonly part: string; readonly portVariable: string }>> = {
  DATABASE_HOST: { part: 'postgres', portVariable: 'DATABASE_PORT' },
  REDIS_HOST: { part: 'redis', portVariable: 'REDIS_PORT' },
};

/**
 * The environment of a service that runs on this machine: that of its container, with the parts' published ports in the
 * place of their names. TLS, passwords and rights are the container's.
 *
 * @throws Error when compose.yaml has no such service, or publishes no port of it
 */
export function hostEnvironment(options: HostEnvironmentOptions): Record<string, string> {
  const { config, service: name, secretsDirectory, telemetry } = options;
  const service = config.services[name];
  const environment: Record<string, string> = {};
  for (const [variable, value] of Object.entries(service?.environment ?? {})) {
    if (value === null) continue;
    environment[variable] = value.startsWith(secretsInContainer)
      ? `${secretsDirectory}${value.slice(secretsInContainer.length)}`
      : translated(value, config);
  }
  for (const [variable, { part, portVariable }] of Object.entries(splitAddresses)) {
    if (environment[variable] !== part) continue;
    environment[variable] = host;
    environment[portVariable] = String(publishedPort(part, config.services[part]));
  }
  const silent = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  return {
    ...environment,
    HTTP_HOST: host,
    HTTP_PORT: String(publishedPort(name, service)),
    ...(telemetry ? {} : silent),
  };
}
