import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chromium } from '@playwright/test';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { installPackages } from '../docker/install.ts';
import { readOsRelease } from '../docker/os-release.ts';
import { encoderPath, hasDebianChromium } from './browser.ts';

const debianEncoder = '/usr/bin/ffmpeg';

const isThere = (): boolean => hasDebianChromium() || existsSync(chromium.executablePath());

async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await readOsRelease())?.id === 'debian';
}

/** Why there is no browser here and none can be had; undefined: there is one, or ensureBrowser gets it. */
export async function noBrowser(): Promise<string | undefined> {
  return isThere() || (await canInstall())
    ? undefined
    : 'there is no Chromium: npx playwright install chromium';
}

/** Debian's ffmpeg where Playwright looks for its own. */
async function ensureEncoder(signal: AbortSignal): Promise<void> {
  const path = encoderPath();
  if (existsSync(path)) return;
  if (!existsSync(debianEncoder)) {
    if (!(await canInstall())) {
      say('No ffmpeg here (npx playwright install ffmpeg): failures will have traces, but no videos.');
      return;
    }
    say(
      'No ffmpeg here, for videos of what fails. Installing it from the distribution (apt-get install ffmpeg).',
    );
    await installPackages({ files: [], packages: ['ffmpeg'] }, 'ffmpeg', signal);
  }
  await mkdir(dirname(path), { recursive: true });
  // It may be a link to one that is gone.
  await rm(path, { force: true });
  await symlink(debianEncoder, path);
}

/**
 * Makes sure that there is a browser for Playwright, and what it makes videos by: its own, or Debian's, which are installed
 * as root where there are none.
 *
 * @throws UserError where a browser can't be had that way
 */
export async function ensureBrowser(signal: AbortSignal): Promise<void> {
  if (!isThere()) {
    if (!(await canInstall())) {
      throw new UserError('There is no Chromium here.', 'npx playwright install chromium, then repeat.');
    }
    say('No browser here. Installing it from the distribution (apt-get install chromium).');
    await installPackages({ files: [], packages: ['chromium'] }, 'Chromium', signal);
  }
  await ensureEncoder(signal);
}
