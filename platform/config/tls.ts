import { z } from 'zod';
import { TlsIdentity } from '../tls/identity.ts';
import { deploymentOf } from './deployment.ts';

export const tlsShape = {
  /** `off` talks plaintext with every part: for debugging on one machine. */
  COFFEE_TLS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  /** Where ca.crt, tls.crt and tls.key of this part are, and its passwords. */
  SECRETS_DIRECTORY: z.string().default('/run/go-coffee/secrets'),
  OTEL_RESOURCE_ATTRIBUTES: z.string().default(''),
};

type TlsVariables = z.infer<z.ZodObject<typeof tlsShape>>;

const needsTls = new Set(['staging', 'production']);

/** A configuration with TLS, which can't be switched off where real orders are. */
export const withTls = <S extends z.ZodRawShape>(shape: S) =>
  z.object({ ...shape, ...tlsShape }).superRefine((values, context) => {
    const { COFFEE_TLS, OTEL_RESOURCE_ATTRIBUTES } = values as TlsVariables;
    const environment = deploymentOf(OTEL_RESOURCE_ATTRIBUTES) ?? '';
    if (COFFEE_TLS === 'on' || !needsTls.has(environment)) return;
    context.addIssue({
      code: 'custom',
      path: ['COFFEE_TLS'],
      message: `must be on: this is ${environment} (deployment.environment.name in OTEL_RESOURCE_ATTRIBUTES)`,
    });
  });

/** @throws TlsFilesError when TLS is on and the files of this part can't be used. @returns undefined when it is off */
export const openTls = (
  config: Pick<TlsVariables, 'COFFEE_TLS' | 'SECRETS_DIRECTORY'>,
): TlsIdentity | undefined =>
  config.COFFEE_TLS === 'on' ? TlsIdentity.open(config.SECRETS_DIRECTORY) : undefined;
