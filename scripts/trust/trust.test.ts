import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPlace } from './find-place.ts';
import { type Place, type TrustStore, trustStores } from './stores.ts';
import { changeStores } from './trust.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'go-coffee-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const debian: Place = {
  platform: 'linux',
  home: '/home/ada',
  exists: (path) => path === '/usr/local/share/ca-certificates',
  nssFolders: ['/home/ada/.pki/nssdb'],
};
const { signal } = new AbortController();

it('knows the stores of a Debian machine, and how each change is undone', () => {
  const [system, browser] = trustStores('/project/ca.crt', debian);
  expect(system?.add).toEqual([
    ['install', '-m', '0644', '/project/ca.crt', '/usr/local/share/ca-certificates/go-coffee.crt'],
    ['update-ca-certificates'],
  ]);
  expect(system?.remove).toEqual([
    ['rm', '-f', '/usr/local/share/ca-certificates/go-coffee.crt'],
    ['update-ca-certificates', '--fresh'],
  ]);
  // For servers only: not for mail, not for programs.
  expect(browser?.add[0]).toEqual(expect.arrayContaining(['sql:/home/ada/.pki/nssdb', '-t', 'C,,']));
  expect(browser?.remove[0]).toEqual(expect.arrayContaining(['-D', 'Go Coffee local authority']));
});

it('knows those of Fedora and of macOS, and of nothing else', () => {
  const fedora = { ...debian, exists: (path: string) => path.startsWith('/etc/pki'), nssFolders: [] };
  expect(trustStores('/ca', fedora)[0]?.add[1]).toEqual(['update-ca-trust']);
  expect(trustStores('/ca', { ...debian, platform: 'darwin', nssFolders: [] })[0]?.name).toContain(
    'keychain',
  );
  expect(trustStores('/ca', { ...debian, exists: () => false, nssFolders: [] })).toEqual([]);
});

it('finds the stores of browsers below a home', async () => {
  for (const folder of ['.pki/nssdb', '.mozilla/firefox/ab.default']) {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, 'cert9.db'), '');
  }
  mkdirSync(join(home, '.mozilla/firefox/crashes'));
  const { nssFolders } = await findPlace(home);
  expect(nssFolders).toEqual([join(home, '.mozilla/firefox/ab.default'), join(home, '.pki/nssdb')]);
});

it('changes what it may, and leaves the rest to the user with the commands for it', async () => {
  const file = join(home, 'trusted');
  const stores: TrustStore[] = [
    { name: 'system', root: true, add: [['touch', `${file}-never`]], remove: [] },
    { name: 'browser', root: false, add: [['cp', '/dev/null', file]], remove: [] },
    { name: 'broken', root: false, add: [['cp', '/not/there', "it's here"]], remove: [] },
  ];
  const outcome = await changeStores(stores, 'add', { root: false, signal });
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(outcome.done).toEqual(['browser']);
  expect(outcome.left.map(({ commands }) => commands)).toEqual([
    [`sudo touch ${file}-never`],
    [String.raw`cp /not/there 'it'\''s here'`],
  ]);
  expect(outcome.left[1]?.why).toContain('/not/there');
});
