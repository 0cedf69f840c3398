import { readFile } from 'node:fs/promises';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';
import type { StackSettings } from './settings.ts';

/**
 * The authority (PEM) of the certificates that the platform's servers must show; undefined while TLS is off.
 *
 * @throws UserError when it can't be read: nothing goes on without verification
 */
export async function readAuthority({
  tls,
  authorityFile,
}: Pick<StackSettings, 'tls' | 'authorityFile'>): Promise<string | undefined> {
  if (!tls) return undefined;
  try {
    return await readFile(authorityFile ?? '', 'utf8');
  } catch (error) {
    throw new UserError(
      `The authority of the platform's certificates can't be read: ${messageOf(error)}`,
      'COFFEE_AUTHORITY_FILE names it.',
      { cause: error },
    );
  }
}
