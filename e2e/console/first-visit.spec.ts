import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { builtPage } from '../../services/console/app.ts';
import { test } from './signed-in.ts';
import { onStack, operatorToken } from './target.ts';

/** Compressed, of everything that any view loads. */
const mostBytes = 250_000;
/** Until the heading is seen, by who was never here: nothing is in the browser's cache. */
const mostMs = 1_000;
const visits = 3;

// Pictures of every step would be measured, too.
test.use({ trace: 'off', video: 'off' });

test('the page is small, with all its views', async () => {
  test.skip(onStack, "the stack's page is in its image");
  const { directory, immutable } = builtPage;
  const names = await readdir(join(directory, immutable));
  const files = await Promise.all(names.map((name) => readFile(join(directory, immutable, name))));
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(names.length).toBeGreaterThan(10);
  expect(bytes).toBeLessThan(mostBytes);
});

/** Tells when the first heading is drawn. As text: types of the browser are none of the server's. */
const noteHeading = `new MutationObserver((_, observer) => {
  if (!document.querySelector('h1')) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.headingMs = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

test('the page is there within a second', async ({ browser }) => {
  const took: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    await using context = await browser.newContext();
    await context.addInitScript(noteHeading);
    const page = await context.newPage();
    await page.goto(`/console/#token=${await operatorToken()}`, { waitUntil: 'commit' });
    await page.getByRole('heading', { level: 1, name: 'Map' }).waitFor();
    await expect.poll(() => page.evaluate('window.headingMs')).toBeDefined();
    // Since the navigation began.
    took.push(await page.evaluate<number>('window.headingMs'));
  }
  // Whatever else this machine does only adds to it.
  expect(Math.min(...took), `of ${took.map(Math.round).join(', ')} ms`).toBeLessThan(mostMs);
});
