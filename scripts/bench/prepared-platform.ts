import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietLog } from '#platform/testing/recording-log.ts';
import { startServers, type TestServers } from '#platform/testing/servers.ts';
import { createTestDatabase } from '#platform/testing/test-database.ts';
import { FolderAuthority, FolderParts } from '../../services/bootstrap/folder-secrets.ts';
import { parts as allParts } from '../../services/bootstrap/parts.ts';
import { ensurePasswords, handOutSecrets } from '../../services/bootstrap/secrets.ts';
import { loadMigrateConfig } from '../../services/migrate/config.ts';
import { prepare } from '../../services/migrate/prepare.ts';

export interface PreparedPlatform extends AsyncDisposable {
  readonly servers: TestServers;
  /** What signs tokens. */
  readonly tokenSecretFile: string;
  /** The environment of a producer, as Compose would set it. */
  readonly producer: Readonly<Record<string, string>>;
}

/** Kafka, PostgreSQL and Redis with roles, schemas and topics, as the platform's own one-shots make them. */
export async function preparePlatform(): Promise<PreparedPlatform> {
  await using parts = new AsyncDisposableStack();
  const servers = parts.use(await startServers());
  const { postgres, redis } = servers;
  const database = parts.use(await createTestDatabase(postgres));
  const secrets = await mkdtemp(join(tmpdir(), 'go-coffee-bench-'));
  parts.defer(() => rm(secrets, { recursive: true }));
  const authority = await FolderAuthority.open(join(secrets, 'authority'));
  await ensurePasswords(authority);
  await handOutSecrets(authority, new FolderParts(secrets), allParts);
  const common = {
    KAFKA_BROKERS: servers.broker,
    DATABASE_HOST: postgres.host,
    DATABASE_PORT: String(postgres.port),
    DATABASE_NAME: database.options.name,
    // It is about orders; TLS is in the load test.
    COFFEE_TLS: 'off',
  };
  const migration = {
    ...{ ...common, SECRETS_DIRECTORY: join(secrets, 'migrate') },
    ...{ DATABASE_USER: 'postgres', DATABASE_PASSWORD: postgres.password },
  };
  await prepare(loadMigrateConfig(migration), quietLog(), new AbortController().signal);
  const file = (name: string): string => join(secrets, 'producer', name);
  const owned = parts.move();
  return {
    servers,
    tokenSecretFile: file('jwt-secret'),
    producer: {
      ...common,
      DATABASE_USER: 'producer',
      DATABASE_PASSWORD_FILE: file('producer-database-password'),
      IDENTITY_DATABASE_PASSWORD_FILE: file('identity-database-password'),
      JWT_SECRET_FILE: file('jwt-secret'),
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
      REDIS_PASSWORD: redis.password,
      // One connection asks as much as it gets answers for.
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000000',
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
