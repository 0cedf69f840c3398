import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decryptSecrets, encryptSecrets } from './sops.ts';

const manifest = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: kafka-tls\ndata:\n  tls.key: c2VjcmV0\n';
const { signal } = new AbortController();
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-coffee-sops-'));
  file = join(folder, 'secret.yaml');
  writeFileSync(file, manifest);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Stands in for sops, which is not on every machine: writes its arguments down and answers with `script`. */
function standIn(script: string): void {
  writeFileSync(join(folder, 'sops'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'sops'), 0o755);
}

it('encrypts the values and leaves the names readable', async () => {
  standIn(`echo "# $*"; sed 's/c2VjcmV0/ENC[AES256_GCM,data:x]/' "${file}"`);
  const encrypted = await encryptSecrets(file, ['age1ada', 'age1bob'], signal);
  expect(encrypted).toContain('--encrypt --age age1ada,age1bob --encrypted-regex ^(data|stringData)$');
  expect(encrypted).toContain('name: kafka-tls');
  expect(encrypted).not.toContain('c2VjcmV0');
});

// Guard: what goes into Git is looked at.
it('gives nothing away when a value stayed readable', async () => {
  standIn(`cat "${file}"`);
  await expect(encryptSecrets(file, ['age1ada'], signal)).rejects.toThrow('sops left a value as it was');
});

it('takes Secrets only', async () => {
  writeFileSync(file, 'kind: ConfigMap\n');
  await expect(encryptSecrets(file, ['age1ada'], signal)).rejects.toThrow('something else than Secrets');
});

it('says what sops said', async () => {
  standIn('echo "no identity matched" >&2; exit 128');
  await expect(decryptSecrets(file, signal)).rejects.toThrow('sops failed: no identity matched');
});
