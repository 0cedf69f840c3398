import { z } from 'zod';
import { ConfigError, type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { databaseShape, kafkaShape, list, positiveInteger, serviceShape } from '#platform/config/values.ts';
import { type Colour, colours } from '#platform/database/active-colour.ts';

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
  /** The region whose topics are copied to here, where there are several (docs/multi-region.md). */
  MIRRORED_REGION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be a short name in lower case')
    .optional(),
});

export type MigrateConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadMigrateConfig = (environment: Environment): MigrateConfig => loadConfig(schema, environment);

/** What the one-shot does: prepare everything, or activate a colour. */
export interface MigrateTask {
  readonly activate?: Colour;
}

/** @param words nothing, or `activate` and a colour. @throws ConfigError saying what there is */
export function parseTask(words: readonly string[]): MigrateTask {
  const [action, name, ...more] = words;
  if (action === undefined) return {};
  const activate = colours.find((colour) => colour === name);
  if (action !== 'activate' || !activate || more.length > 0)
    throw new ConfigError([
      `"${words.join(' ')}": give nothing, or activate and one of ${colours.join(', ')}`,
    ]);
  return { activate };
}
