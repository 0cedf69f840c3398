import { defineConfig } from '@playwright/test';
import { browserOptions } from '../../scripts/suites/browser.ts';

/** The pages of Jaeger and Prometheus as their users see them: `npm run test:backends` while the stack runs. */
export default defineConfig({
  testDir: '.',
  forbidOnly: true,
  outputDir: '../../.coffee/backends-results',
  globalSetup: './presence.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: { ...browserOptions(), viewport: { width: 1600, height: 1200 } },
});
