import { defineConfig } from '@playwright/test';
import { browserOptions } from '../../scripts/suites/browser.ts';
import { specsOfTheAgent } from '../../scripts/suites/console-specs.ts';
import { baseUrl, hasAgent, onStack, stagePort } from './target.ts';

/** The console as its user sees it: `npm run test:console`, after `npm run build:console`. */
export default defineConfig({
  testDir: '.',
  forbidOnly: true,
  outputDir: '../../.coffee/console-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  ...(hasAgent ? {} : { grepInvert: specsOfTheAgent }),
  // What breaks Kafka comes when nobody else looks any more.
  projects: [
    { name: 'views', testIgnore: 'newcomer.spec.ts' },
    { name: 'newcomer', testMatch: 'newcomer.spec.ts', dependencies: ['views'] },
  ],
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
    ...browserOptions(),
  },
});
