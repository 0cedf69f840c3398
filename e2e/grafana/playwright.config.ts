import { defineConfig } from '@playwright/test';
import { browserOptions } from '../../scripts/suites/browser.ts';
import { grafanaUrl, sessionFile } from './grafana.ts';

/** Grafana as its user sees it: `npm run test:grafana` while the stack runs with it. */
export default defineConfig({
  testDir: '.',
  forbidOnly: true,
  outputDir: '../../.coffee/grafana-results',
  globalSetup: './sign-in.ts',
  // Dashboards ask for much at once, of backends on the same machine.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: grafanaUrl,
    storageState: sessionFile,
    ...browserOptions(),
    viewport: { width: 1600, height: 2400 },
  },
});
