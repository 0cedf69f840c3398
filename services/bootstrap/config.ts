import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { duration, flag, port, serviceShape } from '#platform/config/values.ts';

const shape = {
  ...serviceShape,
  /** How long certificates of parts are valid; they are renewed after two thirds of it. */
  CERTIFICATE_LIFETIME: duration
    .refine((ms) => ms >= 60_000, 'must be 1m or more')
    .default(30 * 24 * 3_600_000),
  /** Off where something else makes them, such as cert-manager. */
  BOOTSTRAP_CERTIFICATES: flag.default(true),
  /** Off where something else brings them, such as External Secrets. */
  BOOTSTRAP_PASSWORDS: flag.default(true),
  /** How often to look again; unless set, once. */
  BOOTSTRAP_INTERVAL: duration.optional(),
};

/** Under Compose. */
export const schema = z.object({
  ...shape,
  SECRETS_TARGET: z.literal('folder').default('folder'),
  AUTHORITY_DIRECTORY: z.string("must be set: the folder of the authority's key and all passwords"),
  PARTS_DIRECTORY: z.string('must be set: the folder with one folder for each part'),
});

const kubernetes = z.object({
  ...shape,
  SECRETS_TARGET: z.literal('kubernetes'),
  // Every pod has these two.
  KUBERNETES_SERVICE_HOST: z.string('must be set: the API server, as in every pod'),
  KUBERNETES_SERVICE_PORT: port,
  /** Where the ServiceAccount's token and namespace are. */
  SERVICE_ACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  /** Where telemetry is; unless set there is none. */
  MONITORING_NAMESPACE: z.string().optional(),
});

export type BootstrapConfig = z.infer<typeof schema> | z.infer<typeof kubernetes>;

/** @throws ConfigError naming each wrong variable. */
export const loadBootstrapConfig = (environment: Environment): BootstrapConfig =>
  environment.SECRETS_TARGET === 'kubernetes'
    ? loadConfig(kubernetes, environment)
    : loadConfig(schema, environment);
