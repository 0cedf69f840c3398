import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { databaseShape, kafkaShape, list, positiveInteger, serviceShape } from '#platform/config/values.ts';

const serviceName = z.string().regex(/^[a-z][a-z0-9-]*$/);

export const schema = withTls({
  ...serviceShape,
  ...kafkaShape,
  ...databaseShape,
  /** The services whose schemas to migrate, in this order. */
  MIGRATE_SERVICES: list
    .pipe(z.array(serviceName))
    .default(['consumer', 'producer', 'streams', 'ai-orchestrator', 'identity', 'web3-payment']),
  /** Copies of each partition. */
  KAFKA_REPLICATION: positiveInteger.default(1),
});

export type MigrateConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadMigrateConfig = (environment: Environment): MigrateConfig => loadConfig(schema, environment);
