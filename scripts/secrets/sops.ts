import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { runSops } from './run-sops.ts';

const secrets = z
  .array(
    z.object({ kind: z.literal('Secret'), data: z.unknown().optional(), stringData: z.unknown().optional() }),
  )
  .min(1);

// The rest of a manifest stays readable: names, namespaces and labels are what reviews and Kustomize look at.
const valuesOnly = '^(data|stringData)$';

/** Whether SOPS has encrypted each value: https://getsops.io/docs/#encryption-protocol */
function isEncrypted(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isEncrypted);
  return typeof value === 'string' && value.startsWith('ENC[');
}

async function parseSecrets(path: string, text: string) {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const result = secrets.safeParse(documents.filter((document) => document !== null));
  if (result.success) return result.data;
  throw new UserError(
    `${path} holds something else than Secrets.`,
    'Give manifests of Secrets, such as: kubectl get secret go-coffee-authority --namespace go-coffee-platform --output yaml',
  );
}

const yaml = ['--input-type', 'yaml', '--output-type', 'yaml'];

async function sops(flags: readonly string[], path: string, signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await runSops([...flags, ...yaml], path, signal);
  if (code === 0) return stdout;
  throw new UserError(
    `sops failed: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    'To decrypt, SOPS_AGE_KEY_FILE must name the file with a key that it was encrypted for.',
  );
}

/**
 * Manifests of Secrets with their values encrypted, to be kept in Git.
 *
 * @param recipients age's public keys.
 * @throws UserError when the file holds anything else, or anything stayed readable
 */
export async function encryptSecrets(
  path: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  await parseSecrets(path, await readFile(path, 'utf8'));
  const flags = ['--encrypt', '--age', recipients.join(','), '--encrypted-regex', valuesOnly];
  const encrypted = await sops(flags, path, signal);
  for (const { data, stringData } of await parseSecrets(path, encrypted)) {
    if (isEncrypted(data ?? {}) && isEncrypted(stringData ?? {})) continue;
    throw new UserError('sops left a value as it was.', 'Nothing is written. Is it the sops that is meant?');
  }
  return encrypted;
}

/** What was encrypted, for `kubectl apply --filename -`. @throws UserError when it can't be decrypted with the key here */
export const decryptSecrets = (path: string, signal: AbortSignal): Promise<string> =>
  sops(['--decrypt'], path, signal);
