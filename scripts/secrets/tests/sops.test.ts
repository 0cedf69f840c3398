import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../docker/run.ts';
import { findImage, required } from '../../images/catalogue.ts';
import { readVersions } from '../../images/ensure.ts';
import { decryptSecrets, encryptSecrets } from '../sops.ts';
import { newAgeKey } from './age-key.ts';

/** SOPS takes minutes to build, and nothing else in the tests needs it: `./coffee images secrets` brings it. */
async function sopsIsHere(): Promise<boolean> {
  if ((await run('sops', ['--version'])).code === 0) return true;
  const image = required(await readVersions(), findImage('sops').variable);
  return (await run('docker', ['image', 'inspect', image])).code === 0;
}

const manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'go-coffee-authority', namespace: 'go-coffee-platform' },
  data: { 'authority.pem': Buffer.from('a key').toString('base64') },
  stringData: { note: 'nobody reads this' },
};

const { signal } = new AbortController();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-sops-'));
  file = join(folder, 'secret.yaml');
  await writeFile(file, JSON.stringify(manifest), { mode: 0o600 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function decryptWith(identity: string, encrypted: string): Promise<unknown> {
  const [keyFile, encryptedFile] = [join(folder, 'key.txt'), join(folder, 'encrypted.yaml')];
  await writeFile(keyFile, identity, { mode: 0o600 });
  await writeFile(encryptedFile, encrypted, { mode: 0o600 });
  vi.stubEnv('SOPS_AGE_KEY_FILE', keyFile);
  return parse(await decryptSecrets(encryptedFile, signal));
}

describe.skipIf(!(await sopsIsHere()))('SOPS itself', () => {
  it('gives back to each recipient what was encrypted, and leaves only names readable', async () => {
    const [ada, bob] = [newAgeKey(), newAgeKey()];
    const encrypted = await encryptSecrets(file, [ada.recipient, bob.recipient], signal);
    expect(encrypted).toContain('go-coffee-authority');
    expect(encrypted).not.toContain(manifest.data['authority.pem']);
    expect(encrypted).not.toContain(manifest.stringData.note);
    for (const { identity } of [ada, bob]) expect(await decryptWith(identity, encrypted)).toEqual(manifest);
  });

  it('gives nobody else anything, and nothing that was changed', async () => {
    const ada = newAgeKey();
    const encrypted = await encryptSecrets(file, [ada.recipient], signal);
    await expect(decryptWith(newAgeKey().identity, encrypted)).rejects.toThrow('sops failed');
    const changed = encrypted.replace('name: go-coffee-authority', 'name: another');
    expect(changed).not.toBe(encrypted);
    // SOPS signs what it encrypts; with --encrypted-regex also what stays readable.
    await expect(decryptWith(ada.identity, changed)).rejects.toThrow('sops failed');
  });
});
