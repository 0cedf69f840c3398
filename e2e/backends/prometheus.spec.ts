import { expect } from '@playwright/test';
import { test } from '../api/clients.ts';
import { skipWithout } from './presence.ts';

skipWithout('Prometheus');

/** The address of a query, as the page itself writes it. */
const query = (base: URL, expression: string, tab: 'table' | 'graph'): string =>
  new URL(`/query?${new URLSearchParams({ 'g0.expr': expression, 'g0.tab': tab })}`, base).href;

test('a query lists and draws a result', async ({ page, settings }) => {
  const expression = 'process_memory_usage_bytes{service_name="producer"}';
  await page.goto(query(settings.prometheusUrl, expression, 'table'));
  await expect(page.getByRole('cell', { name: /^\d+$/ }).first()).toBeVisible();
  await expect(page.getByRole('cell', { name: 'service_name="producer"' }).first()).toBeVisible();

  await page.goto(query(settings.prometheusUrl, expression, 'graph'));
  const canvas = page.locator('canvas').first();
  await expect(canvas).toBeVisible();
  // As text: types of the browser are none of the server's.
  const isDrawn = (): Promise<boolean> =>
    page.evaluate<boolean>(
      `[...document.querySelectorAll('canvas')].some((canvas) => canvas.width > 0 && canvas
        .getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0))`,
    );
  await expect.poll(isDrawn).toBe(true);
});

test('its alerts are our rules', async ({ page, settings }) => {
  await page.goto(new URL('/alerts', settings.prometheusUrl).href);
  for (const rule of ['ErrorBudgetBurnsFast', 'PartDown', 'DeadLettersGrow'])
    await expect(page.getByText(rule, { exact: true }).first(), rule).toBeVisible();
});
