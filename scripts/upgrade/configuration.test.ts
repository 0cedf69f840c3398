import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Environment } from '#platform/config/load-config.ts';
import { loadAiConfig } from '../../services/ai-orchestrator/config.ts';
import { loadConsumerConfig } from '../../services/consumer/config.ts';
import { loadMigrateConfig } from '../../services/migrate/config.ts';
import { loadProducerConfig } from '../../services/producer/config.ts';
import { loadStreamsConfig } from '../../services/streams/config.ts';
import { loadWeb3PaymentConfig } from '../../services/web3-payment/config.ts';
import { chartReleases } from '../helm/releases.ts';

const services: Readonly<Record<string, (environment: Environment) => unknown>> = {
  'ai-orchestrator': loadAiConfig,
  consumer: loadConsumerConfig,
  migrate: loadMigrateConfig,
  producer: loadProducerConfig,
  streams: loadStreamsConfig,
  'web3-payment': loadWeb3PaymentConfig,
};

const secretsOf = '/run/go-coffee/secrets';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a release sets for a service, with secrets that are there. */
async function environmentOf(values: string, service: string): Promise<Record<string, string>> {
  const { environment } = parse(await readFile(values, 'utf8')) as {
    environment: Record<string, Record<string, string>>;
  };
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment[service] ?? {})) {
    found[name] = value.replace(secretsOf, folder);
    if (name.endsWith('_FILE') && value !== '')
      await writeFile(join(folder, basename(value)), secretFor(name));
  }
  return found;
}

/** A secret of the right form: keys of a chain are 32 bytes in hexadecimal, and so may any other be. */
const secretFor = (name: string): string =>
  `${name.includes('KEY') ? '0x' : ''}${createHash('sha256').update(name).digest('hex')}`;

// `./coffee nightly upgrade` has it the other way round: the previous version with the configuration of this one.
describe.each(await chartReleases())('the configuration of $version', ({ values }) => {
  // Guard: `helm upgrade --reuse-values`, and a way back, bring older configuration to a service than it was made for.
  test.each(Object.keys(services))('is understood by the %s of this version', async (service) => {
    const environment = await environmentOf(values, service);
    expect(Object.keys(environment).length).toBeGreaterThan(5);
    expect(services[service]?.(environment)).toMatchObject({ DATABASE_HOST: 'postgres' });
  });

  test('is what counts: without it a service says which variable is missing', async () => {
    const { DATABASE_HOST: _host, ...rest } = await environmentOf(values, 'consumer');
    expect(() => loadConsumerConfig(rest)).toThrow('DATABASE_HOST');
  });
});
