import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { installPackages } from '../docker/install.ts';
import { readOsRelease } from '../docker/os-release.ts';

/** Debian's; its own Playwright can download only where its hosts can be reached. */
export const debianChromium = '/usr/bin/chromium';

const isThere = (): boolean => existsSync(debianChromium) || existsSync(chromium.executablePath());

async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await readOsRelease())?.id === 'debian';
}

/** Why there is no browser here and none can be had; undefined: there is one, or ensureBrowser gets it. */
export async function noBrowser(): Promise<string | undefined> {
  return isThere() || (await canInstall())
    ? undefined
    : 'there is no Chromium: npx playwright install chromium';
}

/**
 * Makes sure that there is a browser for Playwright: its own, or Debian's, which is installed as root where there is none.
 *
 * @throws UserError where it can't be had that way
 */
export async function ensureBrowser(signal: AbortSignal): Promise<void> {
  if (isThere()) return;
  if (!(await canInstall())) {
    throw new UserError('There is no Chromium here.', 'npx playwright install chromium, then repeat.');
  }
  say('No browser here. Installing it from the distribution (apt-get install chromium).');
  await installPackages({ files: [], packages: ['chromium'] }, 'Chromium', signal);
}
