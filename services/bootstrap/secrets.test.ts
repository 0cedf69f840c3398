import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadBootstrapConfig } from './config.ts';
import { FolderSecrets } from './folder-secrets.ts';
import { ensureSecrets, passwords } from './secrets.ts';

const all = [...passwords, 'redis-users.acl'].toSorted();
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'go-coffee-bootstrap-')), 'secrets');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const ensureIn = async (directory: string): Promise<string[]> =>
  ensureSecrets(await FolderSecrets.open(directory));

const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

it('makes every secret that is missing, for owner and group to read and for nobody else', async () => {
  expect((await ensureIn(folder)).toSorted()).toEqual(all);
  expect(readdirSync(folder).toSorted()).toEqual(all);
  for (const name of all) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o440);
  const made = contents();
  for (const name of passwords) expect(made[name], name).toMatch(/^[\w-]{43}$/);
  expect(new Set(Object.values(made)).size).toBe(all.length);
  expect(made['redis-users.acl']).toBe(`user default on >${made['redis-password']} ~* &* +@all\n`);
});

it('never touches what is there, and makes what is missing of it', async () => {
  await ensureIn(folder);
  const before = contents();
  expect(await ensureIn(folder)).toEqual([]);
  rmSync(join(folder, 'producer-database-password'));
  expect(await ensureIn(folder)).toEqual(['producer-database-password']);
  const { 'producer-database-password': renewed, ...others } = contents();
  expect(before).toMatchObject(others);
  expect(renewed).not.toBe(before['producer-database-password']);
});

it("keeps an operator's own password and gives Redis that one", async () => {
  await ensureIn(folder);
  for (const name of ['redis-password', 'redis-users.acl']) rmSync(join(folder, name));
  writeFileSync(join(folder, 'redis-password'), 'chosen-by-hand\n');
  await ensureIn(folder);
  expect(contents()).toMatchObject({
    'redis-password': 'chosen-by-hand\n',
    'redis-users.acl': 'user default on >chosen-by-hand ~* &* +@all\n',
  });
});

// Guard: link() instead of writing to the name. Two runs must not see each other's half written files.
it('agrees on one set of secrets when it runs many times at once', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => ensureIn(folder)));
  expect(made.flat().toSorted()).toEqual(all);
  const now = contents();
  expect(now['redis-users.acl']).toContain(`>${now['redis-password']} `);
});

const start = (): ChildProcess =>
  spawn(process.execPath, ['services/bootstrap/main.ts'], {
    env: { PATH: process.env.PATH, SECRETS_DIRECTORY: folder },
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
    for (const [name, content] of Object.entries(contents())) {
      if (!name.startsWith('.')) expect(content.length, name).toBeGreaterThanOrEqual(43);
    }
  }
  await ensureIn(folder);
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  expect(names.toSorted()).toEqual(all);
});

function exists(name = '.'): boolean {
  return statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
}

it('names the variable that it needs, and ends with 1', async () => {
  expect(() => loadBootstrapConfig({})).toThrow('SECRETS_DIRECTORY: must be set');
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
  expect(stderr).toContain('SECRETS_DIRECTORY: must be set');
});
