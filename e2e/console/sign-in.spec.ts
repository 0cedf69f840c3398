import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { builtPage } from '../../services/console/app.ts';
import { open, test } from './signed-in.ts';
import { onStack, operatorToken } from './target.ts';

test('asks for name and password, and tells when they are wrong', async ({ page }) => {
  await page.goto('/console/');
  await page.getByLabel('Name').fill('nobody');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong-wrong-wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('takes the token from the address, and leaves it nowhere', async ({ page }) => {
  await open(page, 'map');
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Map' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Go Coffee console' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Go Coffee console' })).toBeVisible();
});

/** Compressed, of everything that any view loads. */
const mostBytes = 250_000;
/** Until the heading is seen, by who was never here: nothing is in the browser's cache. */
const mostMs = 1_000;
const visits = 3;

test('is small, with all its views', async () => {
  test.skip(onStack, "the stack's page is in its image");
  const { directory, immutable } = builtPage;
  const names = await readdir(join(directory, immutable));
  const files = await Promise.all(names.map((name) => readFile(join(directory, immutable, name))));
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(names.length).toBeGreaterThan(10);
  expect(bytes).toBeLessThan(mostBytes);
});

test('is there within a second, also the first time', async ({ browser }) => {
  const took: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`/console/#token=${await operatorToken()}`, { waitUntil: 'commit' });
    await page.getByRole('heading', { level: 1, name: 'Map' }).waitFor();
    // Since the navigation began. As text: types of the browser are none of the server's.
    took.push(await page.evaluate<number>('performance.now()'));
  }
  const [, median = Number.POSITIVE_INFINITY] = took.toSorted((a, b) => a - b);
  expect(median, `of ${took.map(Math.round).join(', ')} ms`).toBeLessThan(mostMs);
});
