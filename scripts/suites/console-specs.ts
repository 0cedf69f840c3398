import { checkSuite } from './check-suite.ts';

export const consoleSpecs = 'e2e/console/playwright.config.ts';

/** Of Vite: what the console's page is made of. */
export const pageConfig = 'services/console/web/vite.config.ts';

/** Builds the console's page, which its specs look at. */
export const page = checkSuite('page', 2, 'vite', ['build', '--config', pageConfig]);

/** Specs that need the agent which `./coffee up` leaves on this machine, by their names. */
export const specsOfTheAgent = /\b(resources|faults) (is there|fits)|a newcomer's path/;
