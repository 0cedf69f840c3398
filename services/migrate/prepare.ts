import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '#contracts/topics.ts';
import { openTls } from '#platform/config/tls.ts';
import { deploymentSchema } from '#platform/database/active-colour.ts';
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
  pingDatabase,
} from '#platform/database/database.ts';
import { migrate, type ServiceSchema } from '#platform/database/migrations.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { ensureAcls } from '#platform/kafka/acls.ts';
import { createKafka } from '#platform/kafka/client.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import { retryUntilAborted } from '#platform/lifecycle/abort.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { acls } from './acls.ts';
import type { MigrateConfig } from './config.ts';
import { mirrorAcls } from './mirror-acls.ts';
import { ensureRole, letMonitor } from './roles.ts';

/** Who reads PostgreSQL's own figures: observability/collector/infrastructure.yaml. */
const monitor = 'otel-collector';

/** Prepares PostgreSQL and Kafka for the services: roles, schemas, topics, rights. Everything may be repeated. */
export async function prepare(config: MigrateConfig, log: Logger, signal: AbortSignal): Promise<void> {
  const tls = openTls(config);
  await Promise.all([prepareDatabase(config, tls, log, signal), prepareKafka(config, tls, log, signal)]);
}

/** How the one-shot reaches PostgreSQL. */
export const databaseOptions = (config: MigrateConfig, tls: TlsIdentity | undefined): DatabaseOptions => ({
  host: config.DATABASE_HOST,
  port: config.DATABASE_PORT,
  name: config.DATABASE_NAME,
  user: config.DATABASE_USER,
  password: config.DATABASE_PASSWORD,
  poolSize: 1,
  applicationName: 'migrate',
  tls,
});

async function prepareDatabase(
  config: MigrateConfig,
  tls: TlsIdentity | undefined,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  // Building an index on a large table takes its time.
  const database = createDatabase({ ...databaseOptions(config, tls), statementTimeoutMs: 10 * 60_000 });
  try {
    await retryUntilAborted(() => pingDatabase(database), signal, waiting(log, 'postgres'));
    signal.throwIfAborted();
    // All roles first: a schema grants rights to the roles of its readers.
    for (const service of config.MIGRATE_SERVICES)
      await prepareRole(database, service, config.SECRETS_DIRECTORY);
    const deployment = await migrate(database, deploymentSchema);
    log.info({ schema: 'deployment', applied: deployment }, 'schema is up to date');
    for (const service of config.MIGRATE_SERVICES) {
      const applied = await migrate(database, await schemaOf(service));
      log.info({ service, applied }, 'schema is up to date');
    }
    await prepareRole(database, monitor, config.SECRETS_DIRECTORY);
    await letMonitor(database, monitor);
  } finally {
    await database.destroy();
  }
}

async function prepareRole(database: Database, service: string, directory: string): Promise<void> {
  const password = await readFile(join(directory, `${service}-database-password`), 'utf8');
  await ensureRole(database, service, password.trimEnd());
}

// A module of a service with a schema and a role of its own.
const folders: Readonly<Record<string, string>> = { identity: 'producer/identity' };

/** The one place that loads from other services' folders, by name: their schema and nothing else. */
async function schemaOf(service: string): Promise<ServiceSchema> {
  const path = new URL(`../${folders[service] ?? service}/database/migrations.ts`, import.meta.url);
  const loaded: { schema: ServiceSchema } = await import(path.href);
  return loaded.schema;
}

async function prepareKafka(
  config: MigrateConfig,
  tls: TlsIdentity | undefined,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const admin = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'migrate', tls }, log).admin();
  try {
    await retryUntilAborted(() => admin.connect(), signal, waiting(log, 'kafka'));
    signal.throwIfAborted();
    const created = await ensureTopics(admin, topics, config.KAFKA_REPLICATION);
    log.info({ created }, 'topics are there');
    // Without TLS nobody knows who a client is: there is nobody to give rights to.
    if (tls)
      log.info(await ensureAcls(admin, [...acls, ...mirrorAcls(config.MIRRORED_REGION)]), 'rights are given');
  } finally {
    await admin.disconnect();
  }
}

/** Says now and then what is waited for. */
export const waiting =
  (log: Logger, part: string) =>
  (error: unknown, attempt: number): void => {
    if (attempt % 10 === 0) log.info({ part, error: messageOf(error) }, 'waiting');
  };
