import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Place } from './stores.ts';

/** Where browsers keep their stores, below a user's home; snap and Flatpak have homes of their own. */
const patterns = [
  '.pki/nssdb/cert9.db',
  'snap/chromium/current/.pki/nssdb/cert9.db',
  '.mozilla/firefox/*/cert9.db',
  'snap/firefox/common/.mozilla/firefox/*/cert9.db',
  '.var/app/org.mozilla.firefox/.mozilla/firefox/*/cert9.db',
  'Library/Application Support/Firefox/Profiles/*/cert9.db',
];

/** Looks at this machine. */
export async function findPlace(home = homedir()): Promise<Place> {
  const nssFolders: string[] = [];
  for await (const path of glob(patterns, { cwd: home })) nssFolders.push(dirname(join(home, path)));
  return { platform: process.platform, home, exists: existsSync, nssFolders: nssFolders.sort() };
}
