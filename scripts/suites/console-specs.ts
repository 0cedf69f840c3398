import { checkSuite } from './check-suite.ts';

export const consoleSpecs = 'e2e/console/playwright.config.ts';

/** Builds the console's page, which its specs look at. */
export const page = checkSuite('page', 2, 'vite', [
  'build',
  '--config',
  'services/console/web/vite.config.ts',
]);
