import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';

/** Where the running stack can be reached from this machine. */
export interface StackSettings {
  readonly producerUrl: URL;
  readonly consumerUrl: URL;
  readonly jaegerUrl: URL;
  readonly prometheusUrl: URL;
  /** Where each telemetry backend says whether it is ready. */
  readonly collectorHealthUrl: URL;
  readonly jaegerHealthUrl: URL;
  readonly prometheusHealthUrl: URL;
  /** As host:port. */
  readonly kafkaBroker: string;
  readonly postgresPort: number;
}

const host = '127.0.0.1';

/**
 * Reads the ports from `.env`. Variables of the process win, as they do in Compose.
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
  const url = (name: string): URL => new URL(`http://${host}:${port(name)}`);
  return {
    producerUrl: url('PRODUCER_PORT'),
    consumerUrl: url('CONSUMER_PORT'),
    jaegerUrl: url('JAEGER_PORT'),
    prometheusUrl: url('PROMETHEUS_PORT'),
    collectorHealthUrl: url('OTEL_COLLECTOR_HEALTH_PORT'),
    jaegerHealthUrl: new URL('/status', url('JAEGER_HEALTH_PORT')),
    prometheusHealthUrl: new URL('/-/ready', url('PROMETHEUS_PORT')),
    kafkaBroker: `${host}:${port('KAFKA_PORT')}`,
    postgresPort: port('POSTGRES_PORT'),
  };
}
