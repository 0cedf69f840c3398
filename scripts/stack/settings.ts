import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import type { TelemetryService } from './profiles.ts';

/** Where the running stack can be reached from this machine. */
export interface StackSettings {
  /** Where clients come in; always TLS. */
  readonly edgeUrl: URL;
  readonly producerUrl: URL;
  readonly consumerUrl: URL;
  readonly web3PaymentUrl: URL;
  readonly aiOrchestratorUrl: URL;
  readonly streamsUrl: URL;
  /** Past the edge, which is its only way while there is TLS. */
  readonly consoleUrl: URL;
  /** The RPC endpoint of the local chain. */
  readonly chainUrl: URL;
  readonly jaegerUrl: URL;
  readonly prometheusUrl: URL;
  /** Takes OTLP by HTTP. */
  readonly collectorUrl: URL;
  readonly tempoUrl: URL;
  readonly lokiUrl: URL;
  readonly alertmanagerUrl: URL;
  readonly grafanaUrl: URL;
  /** Of the process that `./coffee up` leaves for the console, on this machine. */
  readonly consoleAgentPort: number;
  /** Where notifications are kept. */
  readonly alertInboxUrl: URL;
  /** Where each telemetry backend says whether it is ready. */
  readonly telemetryHealthUrls: Readonly<Record<TelemetryService, URL>>;
  /** As host:port. */
  readonly kafkaBroker: string;
  readonly postgresHost: string;
  readonly postgresPort: number;
  readonly redisPort: number;
  /** Whether the parts of the platform talk TLS. */
  readonly tls: boolean;
  /** Of Compose. */
  readonly project: string | undefined;
  /** Where this command's certificate and passwords are; Compose's containers are asked unless told. */
  readonly secretsDirectory: string | undefined;
  /** Which of Alertmanager, Tempo and Loki there are; Compose is asked unless told. */
  readonly optionalParts: readonly string[] | undefined;
}

const host = '127.0.0.1';

/**
 * Reads the ports from `.env`. Variables of the process win, as they do in Compose. Inside of a Kubernetes cluster
 * (k8s/tools) nothing is on this machine: COFFEE_EDGE_URL, COFFEE_PRODUCER_URL, COFFEE_WEB3_PAYMENT_URL,
 * COFFEE_AI_ORCHESTRATOR_URL, COFFEE_STREAMS_URL, COFFEE_CHAIN_URL, COFFEE_JAEGER_URL, COFFEE_PROMETHEUS_URL, COFFEE_TEMPO_URL, COFFEE_LOKI_URL,
 * COFFEE_KAFKA_BROKER, COFFEE_POSTGRES_HOST and COFFEE_SECRETS_DIRECTORY then say where it is, and COFFEE_OPTIONAL_PARTS what there is.
 * @throws UserError naming a port that is missing or no number
 */
export async function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StackSettings> {
  const values = { ...parseEnv(await readFile(join(repositoryRoot, '.env'), 'utf8')), ...environment };
  const port = (name: string): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
    throw new UserError(`${name} is "${values[name] ?? ''}", which is no port.`, 'Correct it in .env.');
  };
  const tls = values.COFFEE_TLS !== 'off';
  const scheme = tls ? 'https' : 'http';
  const url = (name: string): URL => new URL(`${scheme}://${host}:${port(name)}`);
  const elsewhere = (name: string): URL | undefined => {
    const value = values[name];
    if (!value) return undefined;
    if (URL.canParse(value)) return new URL(value);
    throw new UserError(
      `${name} is "${value}", which is no address.`,
      'Give one such as https://producer:8080.',
    );
  };
  return {
    edgeUrl: elsewhere('COFFEE_EDGE_URL') ?? new URL(`https://${host}:${port('EDGE_PORT')}`),
    producerUrl: elsewhere('COFFEE_PRODUCER_URL') ?? url('PRODUCER_PORT'),
    consumerUrl: url('CONSUMER_PORT'),
    web3PaymentUrl: elsewhere('COFFEE_WEB3_PAYMENT_URL') ?? url('WEB3_PAYMENT_PORT'),
    aiOrchestratorUrl: elsewhere('COFFEE_AI_ORCHESTRATOR_URL') ?? url('AI_ORCHESTRATOR_PORT'),
    streamsUrl: elsewhere('COFFEE_STREAMS_URL') ?? url('STREAMS_PORT'),
    consoleUrl: url('CONSOLE_PORT'),
    chainUrl: elsewhere('COFFEE_CHAIN_URL') ?? url('ANVIL_PORT'),
    jaegerUrl: elsewhere('COFFEE_JAEGER_URL') ?? url('JAEGER_PORT'),
    prometheusUrl: elsewhere('COFFEE_PROMETHEUS_URL') ?? url('PROMETHEUS_PORT'),
    collectorUrl: url('OTLP_HTTP_PORT'),
    tempoUrl: elsewhere('COFFEE_TEMPO_URL') ?? url('TEMPO_PORT'),
    lokiUrl: elsewhere('COFFEE_LOKI_URL') ?? url('LOKI_PORT'),
    alertmanagerUrl: url('ALERTMANAGER_PORT'),
    alertInboxUrl: url('ALERT_INBOX_PORT'),
    grafanaUrl: url('GRAFANA_PORT'),
    consoleAgentPort: port('CONSOLE_AGENT_PORT'),
    telemetryHealthUrls: {
      'otel-collector': url('OTEL_COLLECTOR_HEALTH_PORT'),
      jaeger: new URL('/status', url('JAEGER_HEALTH_PORT')),
      tempo: new URL('/ready', url('TEMPO_PORT')),
      loki: new URL('/ready', url('LOKI_PORT')),
      prometheus: new URL('/-/ready', url('PROMETHEUS_PORT')),
      alertmanager: new URL('/-/ready', url('ALERTMANAGER_PORT')),
      'alert-inbox': new URL('/readyz', url('ALERT_INBOX_PORT')),
      grafana: new URL('/api/health', url('GRAFANA_PORT')),
    },
    kafkaBroker: values.COFFEE_KAFKA_BROKER || `${host}:${port('KAFKA_PORT')}`,
    postgresHost: values.COFFEE_POSTGRES_HOST || host,
    postgresPort: port('POSTGRES_PORT'),
    redisPort: port('REDIS_PORT'),
    tls,
    project: values.COMPOSE_PROJECT_NAME,
    secretsDirectory: values.COFFEE_SECRETS_DIRECTORY || undefined,
    optionalParts: values.COFFEE_OPTIONAL_PARTS?.split(',').filter((name) => name !== ''),
  };
}
