import { readHostSecrets, type SecretsSettings } from './host-secrets.ts';

/**
 * The authority (PEM) of the certificates that the platform's servers must show; undefined while TLS is off.
 *
 * @throws UserError when it can't be read: nothing goes on without verification
 */
export async function readAuthority(
  settings: SecretsSettings,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return settings.tls ? (await readHostSecrets(settings, signal)).tls?.material.ca : undefined;
}
