import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { port, serviceShape } from '#platform/config/values.ts';

const folder = z.object({
  ...serviceShape,
  SECRETS_TARGET: z.literal('folder').default('folder'),
  SECRETS_DIRECTORY: z.string('must be set: the folder to write secrets into'),
});

const kubernetes = z.object({
  ...serviceShape,
  SECRETS_TARGET: z.literal('kubernetes'),
  // Every pod has these two.
  KUBERNETES_SERVICE_HOST: z.string('must be set: the API server, as in every pod'),
  KUBERNETES_SERVICE_PORT: port,
  /** Where the ServiceAccount's token and namespace are. */
  SERVICE_ACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
});

export type BootstrapConfig = z.infer<typeof folder> | z.infer<typeof kubernetes>;

/** @throws ConfigError naming each wrong variable. */
export const loadBootstrapConfig = (environment: Environment): BootstrapConfig =>
  environment.SECRETS_TARGET === 'kubernetes'
    ? loadConfig(kubernetes, environment)
    : loadConfig(folder, environment);
