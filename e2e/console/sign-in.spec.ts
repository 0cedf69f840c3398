import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { open, test } from './signed-in.ts';

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
