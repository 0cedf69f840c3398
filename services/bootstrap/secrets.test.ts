import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadBootstrapConfig } from './config.ts';
import { FolderAuthority, FolderParts } from './folder-secrets.ts';
import { parts, passwords } from './parts.ts';
import { ensurePasswords, handOutSecrets, hasSecrets } from './secrets.ts';

let folder: string;
let authorityFolder: string;
let partsFolder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-coffee-bootstrap-'));
  authorityFolder = join(folder, 'authority');
  partsFolder = join(folder, 'parts');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function ensure(): Promise<string[]> {
  const authority = await FolderAuthority.open(authorityFolder);
  const made = await ensurePasswords(authority);
  await handOutSecrets(authority, new FolderParts(partsFolder), parts);
  return made;
}

/** Files by their names, without what is hidden: temporary files, and the folders that links lead to. */
const contents = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
const passwordsNow = (): Record<string, string> => contents(authorityFolder);

it('makes every password that is missing, for bootstrap to read and for nobody else', async () => {
  expect((await ensure()).toSorted()).toEqual(passwords.toSorted());
  const made = passwordsNow();
  expect(Object.keys(made).toSorted()).toEqual(passwords.toSorted());
  for (const name of passwords) {
    expect(statSync(join(authorityFolder, name)).mode & 0o777, name).toBe(0o600);
    expect(made[name], name).toMatch(/^[\w-]{43}$/);
  }
  expect(new Set(Object.values(made)).size).toBe(passwords.length);
});

it('gives each part its own passwords, for owner and group to read, and nothing of the others', async () => {
  await ensure();
  const made = passwordsNow();
  for (const part of parts.filter(hasSecrets)) {
    const found = contents(join(partsFolder, part.name));
    const extra = part.name === 'redis' ? ['redis-users.acl'] : [];
    expect(Object.keys(found).toSorted(), part.name).toEqual([...part.passwords, ...extra].toSorted());
    for (const name of part.passwords) {
      expect(found[name], `${part.name}: ${name}`).toBe(made[name]);
      expect(statSync(join(partsFolder, part.name, name)).mode & 0o777, name).toBe(0o440);
    }
  }
  expect(readdirSync(partsFolder).toSorted()).toEqual(
    parts
      .filter(hasSecrets)
      .map(({ name }) => name)
      .toSorted(),
  );
});

it('tells Redis who its users are by hashes, and what each may do', async () => {
  await ensure();
  const lines = readFileSync(join(partsFolder, 'redis', 'redis-users.acl'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('user default off');
  expect(lines).toHaveLength(8);
  for (const user of ['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator']) {
    const password = passwordsNow()[`${user}-redis-password`] ?? '';
    const hash = createHash('sha256').update(password).digest('hex');
    expect(lines.find((line) => line.startsWith(`user ${user} `))).toContain(
      `on #${hash} resetchannels -@all `,
    );
    expect(lines.join()).not.toContain(password);
  }
});

it('never touches what is there, and makes what is missing of it', async () => {
  await ensure();
  const before = passwordsNow();
  const files = readdirSync(join(partsFolder, 'redis'));
  expect(await ensure()).toEqual([]);
  expect(readdirSync(join(partsFolder, 'redis'))).toEqual(files);
  rmSync(join(authorityFolder, 'producer-database-password'));
  expect(await ensure()).toEqual(['producer-database-password']);
  const { 'producer-database-password': renewed, ...others } = passwordsNow();
  expect(before).toMatchObject(others);
  expect(renewed).not.toBe(before['producer-database-password']);
  for (const part of ['producer', 'migrate'])
    expect(contents(join(partsFolder, part))['producer-database-password'], part).toBe(renewed);
});

it("keeps an operator's own password and gives it to the parts that need it", async () => {
  mkdirSync(authorityFolder);
  writeFileSync(join(authorityFolder, 'postgres-password'), 'chosen-by-hand\n');
  await ensure();
  expect(passwordsNow()['postgres-password']).toBe('chosen-by-hand\n');
  for (const part of ['postgres', 'migrate', 'host'])
    expect(contents(join(partsFolder, part))['postgres-password'], part).toBe('chosen-by-hand');
});

// Guard: link() instead of writing to the name. Two runs must not see each other's half written files.
it('agrees on one set of secrets when it runs many times at once', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => ensure()));
  expect(made.flat().toSorted()).toEqual(passwords.toSorted());
  const now = passwordsNow();
  for (const part of parts.filter(hasSecrets)) {
    const found = contents(join(partsFolder, part.name));
    for (const name of part.passwords) expect(found[name], `${part.name}: ${name}`).toBe(now[name]);
  }
});

const start = (): ChildProcess =>
  spawn(process.execPath, ['services/bootstrap/main.ts'], {
    env: { PATH: process.env.PATH, AUTHORITY_DIRECTORY: authorityFolder, PARTS_DIRECTORY: partsFolder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });

// Guard: write, sync, then link. A killed run leaves a name complete or not at all.
it('leaves nothing half written when it is killed, wherever it stands', async () => {
  for (let round = 0; round < 4; round += 1) {
    const child = start();
    // Some rounds are killed while starting, some between two secrets.
    const timer = setInterval(() => {
      if (round > 1 && !exists(passwords[round - 2])) return;
      child.kill('SIGKILL');
    }, 1);
    await once(child, 'exit');
    clearInterval(timer);
    if (!exists()) continue;
    for (const [name, content] of Object.entries(passwordsNow()))
      expect(content.length, name).toBeGreaterThanOrEqual(43);
  }
  await ensure();
  expect(Object.keys(passwordsNow())).toEqual(expect.arrayContaining([...passwords]));
});

function exists(name = '.'): boolean {
  return statSync(join(authorityFolder, name), { throwIfNoEntry: false }) !== undefined;
}

it('names the variable that it needs, and ends with 1', async () => {
  expect(() => loadBootstrapConfig({})).toThrow('AUTHORITY_DIRECTORY: must be set');
  expect(() => loadBootstrapConfig({ SECRETS_TARGET: 'kubernetes' })).toThrow(
    'KUBERNETES_SERVICE_HOST: must be set',
  );
  const child = spawn(process.execPath, ['services/bootstrap/main.ts'], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(stderr).toContain('PARTS_DIRECTORY: must be set');
});
