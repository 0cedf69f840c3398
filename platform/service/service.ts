import type { Redis } from 'ioredis';
import type { Kafka } from 'kafkajs';
import { openTls } from '../config/tls.ts';
import { readActiveColour } from '../database/active-colour.ts';
import { createDatabase, type Database, type DatabaseOptions } from '../database/database.ts';
import { createKafka } from '../kafka/client.ts';
import { Health } from '../lifecycle/health.ts';
import { Role } from '../lifecycle/role.ts';
import { createRedis } from '../redis/redis.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import type { ServiceConfig } from './schema.ts';

/** What each service begins with; the rest of its wiring is added to `parts`, which close in reverse order. */
export interface Service<C extends ServiceConfig = ServiceConfig> {
  readonly name: string;
  readonly config: C;
  readonly parts: AsyncDisposableStack;
  readonly log: Logger;
  /** Who it is on the network; undefined while TLS is off. */
  readonly tls: TlsIdentity | undefined;
  /** Not started yet: the service says what it depends on first. */
  readonly health: Health;
}

/** @param name of the service: in its logs, and what PostgreSQL, Redis and Kafka know it by. */
export function openService<C extends ServiceConfig>(
  name: string,
  config: C,
  { log = createLogger(name, config.LOG_LEVEL) }: { readonly log?: Logger | undefined } = {},
): Service<C> {
  const parts = new AsyncDisposableStack();
  const tls = openTls(config);
  const health = parts.use(new Health(config.HEALTH_CHECK_INTERVAL));
  return { name, config, parts, log, tls, health };
}

/** How the service reaches PostgreSQL. */
export const databaseOptions = ({ name, config, tls }: Service): DatabaseOptions => ({
  host: config.DATABASE_HOST,
  port: config.DATABASE_PORT,
  name: config.DATABASE_NAME,
  user: config.DATABASE_USER,
  password: config.DATABASE_PASSWORD,
  poolSize: config.DATABASE_POOL_SIZE,
  applicationName: name,
  tls,
});

/** The service's pool of connections; none is made before it is needed. */
export function openDatabase(service: Service): Database {
  const database = createDatabase(databaseOptions(service));
  service.parts.defer(() => database.destroy());
  return database;
}

/** The service's connection, which is made in the background. */
export function openRedis({ name, config, tls, parts, log }: Service): Redis {
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_USERNAME: username, REDIS_PASSWORD: password } = config;
  const redis = createRedis({ host, port, username, password, name, tls }, log);
  parts.defer(() => redis.disconnect());
  return redis;
}

/**
 * Whether the service works or waits. Opened after all that its work needs: what ends with the role ends first. Ready is who
 * knows it once, and from then on whatever becomes of PostgreSQL.
 */
export function openRole({ config, parts, log, health }: Service, database: Database): Role {
  const activeColour = (): Promise<string> => readActiveColour(database);
  const role = parts.use(new Role({ colour: config.DEPLOYMENT_COLOUR, activeColour, log }));
  health.depend('role', () => role.ping());
  return role;
}

/** The client that the service's producers and consumers are made of; connects by them only. */
export const openKafka = ({ name, config, tls, log }: Service): Kafka =>
  createKafka({ brokers: config.KAFKA_BROKERS, clientId: name, tls }, log);
