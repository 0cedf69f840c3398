import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { baseUrl, onStack, stagePort } from './target.ts';

const debianChromium = '/usr/bin/chromium';

/** The console as its user sees it: `npm run test:console`, after `npm run build:console`. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../.coffee/console-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  ...(onStack
    ? {}
    : {
        webServer: {
          command: `node e2e/console/stage.ts ${stagePort}`,
          cwd: '../..',
          url: `${baseUrl}/console/`,
          gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
        },
      }),
  use: {
    baseURL: baseUrl,
    // Of the platform's own authority, which this browser does not know; ./coffee trust makes others know it.
    ignoreHTTPSErrors: true,
    trace: 'retain-on-failure',
    video: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(debianChromium) ? { executablePath: debianChromium } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    },
  },
});
