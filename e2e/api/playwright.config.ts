import { defineConfig } from '@playwright/test';

/** The APIs as their clients meet them: `npm run test:api` while the stack runs. */
export default defineConfig({
  testDir: '.',
  forbidOnly: true,
  outputDir: '../../.coffee/api-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  // Of the platform's own authority; e2e/stack holds its certificates to more than that.
  use: { ignoreHTTPSErrors: true, trace: 'retain-on-failure' },
});
