import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';

const schema = z.record(z.string(), z.string());

// The image holds no shell. The renewal container is the one that runs all the time and sees what every part is given.
const program = (part: string): string => `
const { readdirSync, readFileSync, statSync } = require('node:fs');
const folder = ${JSON.stringify(`/run/go-coffee/parts/${part}`)};
const names = readdirSync(folder).filter((name) => statSync(folder + '/' + name).isFile());
process.stdout.write(JSON.stringify(Object.fromEntries(
  names.map((name) => [name, readFileSync(folder + '/' + name, 'utf8')]))));`;

/**
 * What bootstrap made for a part, by file name: its certificate, key and passwords.
 *
 * @throws UserError when bootstrap's container does not run
 */
export async function readPartSecrets(part: string, signal: AbortSignal): Promise<Record<string, string>> {
  const command = ['exec', '-T', 'renewal', '/nodejs/bin/node', '--eval', program(part)];
  const { code, stdout, stderr } = await tryCompose(command, { signal });
  if (code === 0) return schema.parse(JSON.parse(stdout));
  throw new UserError(
    `The certificate and passwords of ${part} can't be read: ${stderr.trim() || `exit code ${code}`}`,
    './coffee ps shows whether bootstrap and renewal ran, ./coffee logs bootstrap why not.',
  );
}

/**
 * Puts files where only this user reads them, each as a whole: the service looks at them again while it runs.
 *
 * @param files contents by name; names are of files, not of paths.
 */
export async function writeSecrets(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    if (basename(name) !== name) throw new Error(`"${name}" is no name of a file`);
    const path = join(directory, name);
    const next = `${path}.${randomUUID()}`;
    await writeFile(next, content, { mode: 0o600 });
    await rename(next, path);
  }
}

/** Copies of secrets on this machine, for as long as services run on it. */
export class SecretsOnHost implements AsyncDisposable {
  readonly #root: string;

  /** @param root a folder that is nothing else's: it is removed. */
  constructor(root: string) {
    this.#root = root;
  }

  directoryOf(part: string): string {
    return join(this.#root, part);
  }

  /** Once at the start, and again from time to time: certificates are renewed. */
  async copy(parts: readonly string[], signal: AbortSignal): Promise<void> {
    for (const part of parts) await writeSecrets(this.directoryOf(part), await readPartSecrets(part, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}
