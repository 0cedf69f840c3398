import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { databaseShape, kafkaShape, list, positiveInteger, serviceShape } from '#platform/config/values.ts';

const serviceName = z.string().regex(/^[a-z][a-z0-9-]*$/);

const schema = z.object({
  ...serviceShape,
  ...kafkaShape,
  ...databaseShape,
  /** The services whose schemas to migrate, in this order. */
  MIGRATE_SERVICES: list.pipe(z.array(serviceName)).default(['consumer', 'producer', 'streams']),
  /** A folder with `<service>-database-password` for each service. */
  SECRETS_DIRECTORY: z.string('must be set: the folder that bootstrap writes secrets into'),
  /** Copies of each partition. */
  KAFKA_REPLICATION: positiveInteger.default(1),
});

export type MigrateConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadMigrateConfig = (environment: Environment): MigrateConfig => loadConfig(schema, environment);
