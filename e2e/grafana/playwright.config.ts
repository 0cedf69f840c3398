import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { grafanaUrl, sessionFile } from './grafana.ts';

const debianChromium = '/usr/bin/chromium';

/** Grafana as its user sees it: `npm run test:grafana` while the stack runs with it. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../.coffee/grafana-results',
  globalSetup: './sign-in.ts',
  // Dashboards ask for much at once, of backends on the same machine.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: grafanaUrl,
    storageState: sessionFile,
    // Of the platform's own authority, which this browser does not know; ./coffee trust makes others know it.
    ignoreHTTPSErrors: true,
    viewport: { width: 1600, height: 2400 },
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
