import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { serviceShape } from '#platform/config/values.ts';

const schema = z.object({
  ...serviceShape,
  SECRETS_DIRECTORY: z.string('must be set: the folder to write secrets into'),
});

export type BootstrapConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadBootstrapConfig = (environment: Environment): BootstrapConfig =>
  loadConfig(schema, environment);
