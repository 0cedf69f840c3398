import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '#platform/errors/app-error.ts';
import { TlsIdentity, tlsFiles } from '#platform/tls/identity.ts';
import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';
import type { StackSettings } from './settings.ts';

/** What has to be known to ask for secrets. */
export type SecretsSettings = Pick<StackSettings, 'tls' | 'project' | 'secretsDirectory'>;

/** What bootstrap gave to the command line: the part `host` of services/bootstrap/parts.ts. */
export interface HostSecrets {
  /** Undefined when the platform talks plaintext. */
  readonly tls: TlsIdentity | undefined;
  readonly postgresPassword: string;
  /** What access tokens are signed with; empty where bootstrap is of a version that knew none. */
  readonly tokenSecret: string;
}

const passwordFile = 'postgres-password';
const tokenSecretFile = 'jwt-secret';
const needed = [...Object.values(tlsFiles), passwordFile];
const names = [...needed, tokenSecretFile];
const folder = '/run/go-coffee/parts/host';
const schema = z.partialRecord(z.enum(names), z.string());

// The image holds no shell and no cat. The files stay where they are: on this machine there is no copy to look after.
const program = `
const { existsSync, readFileSync } = require('node:fs');
const pathOf = (name) => ${JSON.stringify(folder)} + '/' + name;
const read = (name) => [name, readFileSync(pathOf(name), 'utf8')];
const present = ${JSON.stringify(names)}.filter((name) => existsSync(pathOf(name)));
process.stdout.write(JSON.stringify(Object.fromEntries(present.map(read))));`;

async function askCompose(project: string | undefined, signal?: AbortSignal): Promise<string> {
  const command = ['exec', '-T', 'renewal', '/nodejs/bin/node', '--eval', program];
  const env = project ? { COMPOSE_PROJECT_NAME: project } : {};
  const result = await tryCompose(command, { env, ...(signal ? { signal } : {}) });
  if (result.code === 0) return result.stdout;
  throw new UserError(
    `The certificate of this command can't be read: ${result.stderr.trim() || `exit code ${result.code}`}`,
    'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
  );
}

async function readFolder(directory: string): Promise<Record<string, string>> {
  try {
    const present = names.filter((name) => needed.includes(name) || existsSync(join(directory, name)));
    const contents = await Promise.all(present.map((name) => readFile(join(directory, name), 'utf8')));
    return Object.fromEntries(present.map((name, index) => [name, contents[index] ?? '']));
  } catch (error) {
    throw new UserError(
      `The certificate of this command can't be read: ${messageOf(error)}`,
      'COFFEE_SECRETS_DIRECTORY names its folder.',
      { cause: error },
    );
  }
}

/**
 * The certificate and passwords that this command comes to the platform's parts with.
 *
 * @throws UserError when bootstrap's containers do not run
 */
export async function readHostSecrets(settings: SecretsSettings, signal?: AbortSignal): Promise<HostSecrets> {
  const files: Partial<Record<string, string>> = settings.secretsDirectory
    ? await readFolder(settings.secretsDirectory)
    : schema.parse(JSON.parse(await askCompose(settings.project, signal)));
  const file = (name: string): string => files[name] ?? '';
  const material = { ca: file(tlsFiles.ca), cert: file(tlsFiles.cert), key: file(tlsFiles.key) };
  return {
    tls: settings.tls ? TlsIdentity.of(material) : undefined,
    postgresPassword: file(passwordFile).trim(),
    tokenSecret: file(tokenSecretFile).trim(),
  };
}
