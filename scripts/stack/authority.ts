import { readHostSecrets } from './host-secrets.ts';
import type { StackSettings } from './settings.ts';

/**
 * The authority (PEM) of the certificates that the platform's servers must show; undefined while TLS is off.
 *
 * @param env for Compose: another project.
 * @throws UserError when the stack does not run: nothing goes on without verification
 */
export async function readAuthority(
  settings: StackSettings,
  signal?: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  // Plaintext needs no authority: the stack may be of a version that has none.
  if (!settings.tls) return undefined;
  return (await readHostSecrets(settings, signal, env)).tls?.material.ca;
}
