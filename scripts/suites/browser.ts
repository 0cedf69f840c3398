import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium, type PlaywrightTestOptions, type PlaywrightWorkerOptions } from '@playwright/test';
import { z } from 'zod';

/** Debian's; its own Playwright can download only where its hosts can be reached. */
export const debianChromium = '/usr/bin/chromium';

export const hasDebianChromium = (): boolean => existsSync(debianChromium);

const list = z.object({ browsers: z.array(z.object({ name: z.string(), revision: z.string() })) });

/** Where this version of Playwright looks for ffmpeg, by which it makes videos: beside the folder of its browser. */
export function encoderPath(): string {
  const core = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const { browsers } = list.parse(JSON.parse(readFileSync(join(core, 'browsers.json'), 'utf8')));
  const revision = browsers.find(({ name }) => name === 'ffmpeg')?.revision;
  if (revision === undefined) throw new Error(`browsers.json of ${core} tells no revision of ffmpeg.`);
  const browser = dirname(dirname(chromium.executablePath()));
  return join(dirname(browser), `ffmpeg-${revision}`, 'ffmpeg-linux');
}

/** What all browser specs have in common; without an encoder they have traces, but no videos. */
export const browserOptions = (): Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> => ({
  // Of the platform's own authority, which this browser does not know; ./coffee trust makes others know it.
  ignoreHTTPSErrors: true,
  trace: 'retain-on-failure',
  video: existsSync(encoderPath()) ? 'retain-on-failure' : 'off',
  launchOptions: {
    ...(hasDebianChromium() ? { executablePath: debianChromium } : {}),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  },
});
