import { test as base, type ConsoleMessage, type Page } from '@playwright/test';
import { operatorToken } from './target.ts';

/** What the browser complains of: errors of the page, and what its security policy refused. */
export interface Complaints {
  readonly found: string[];
}

const isComplaint = (message: ConsoleMessage): boolean =>
  message.type() === 'error' &&
  // An answer that is no 2xx; a view shows it, and its spec looks at that.
  !message.text().startsWith('Failed to load resource');

/** Opens a view as an operator. */
export const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(`/console/#token=${await operatorToken()}`);
  await page.getByRole('heading', { level: 1, name: 'Map' }).waitFor();
  await page.goto(`/console/#/${path}`);
};

/** A test whose page must give no reason to complain. */
export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ page }, use) => {
      const found: string[] = [];
      page.on('pageerror', (error) => found.push(error.message));
      page.on('console', (message) => isComplaint(message) && found.push(message.text()));
      await use({ found });
      base.expect(found).toEqual([]);
    },
    { auto: true },
  ],
});
