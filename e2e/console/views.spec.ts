import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { runId, traceId } from './sample-answers.ts';
import { orderId } from './sample-order.ts';
import { open, test } from './signed-in.ts';
import { onStack } from './target.ts';

/** Every view by its path, with its heading and something that is in it. */
const everywhere = [
  { path: 'map', heading: 'Map', shows: 'What goes where' },
  { path: 'orders', heading: 'Orders', shows: 'Live: what happens to orders' },
  { path: 'traces', heading: 'Traces', shows: 'Traces, newest first' },
  { path: 'metrics', heading: 'Metrics', shows: 'Orders accepted a second' },
  { path: 'kafka', heading: 'Kafka', shows: 'Consumer groups' },
  { path: 'dead-letters', heading: 'Dead letters', shows: 'A replay is safe' },
  { path: 'outbox', heading: 'Outbox', shows: 'Age of the oldest event' },
  { path: 'workflows', heading: 'Workflows', shows: 'Runs, newest first' },
  { path: 'alerts', heading: 'Alerts', shows: 'Alerts now' },
  { path: 'alerts/KafkaUnreachable', heading: 'KafkaUnreachable', shows: 'All alerts' },
  { path: 'objectives', heading: 'Objectives', shows: 'Burn rate' },
  { path: 'resources', heading: 'Resources', shows: 'Containers' },
  { path: 'faults', heading: 'Faults and load', shows: 'Faults, newest first' },
  { path: 'logs', heading: 'Logs', shows: 'Log lines, newest first' },
  { path: 'kafka/orders.v1', heading: 'orders.v1', shows: 'Messages, newest first' },
] as const;
/** Of one thing, which the stage has. */
const ofOneThing = [
  { path: `orders/${orderId}`, heading: `Order ${orderId.slice(0, 8)}`, shows: '4.00 USDC' },
  { path: `traces/${traceId}`, heading: 'Trace', shows: 'POST /v1/orders' },
  { path: `logs/${traceId}`, heading: 'Logs', shows: 'Log lines, newest first' },
  { path: `workflows/${runId}`, heading: 'Run of a workflow', shows: 'forecast' },
] as const;
const views = onStack ? everywhere : [...everywhere, ...ofOneThing];

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(rules).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
}

async function isThere(page: Page, { heading, shows }: (typeof views)[number]): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await expect(page.getByText(shows).first()).toBeVisible();
  // What is asked for has come.
  await expect(page.getByRole('main').getByLabel(/^(Waiting for|Loading)/)).toHaveCount(0);
}

for (const view of views) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${view.path} is there, and accessible, in ${colorScheme} colours`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(page, view.path);
      await isThere(page, view);
      expect(await violations(page)).toEqual([]);
    });
  }

  test(`${view.path} fits a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open(page, view.path);
    await isThere(page, view);
    const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(sideways).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
  });
}

test('every view can be reached by the keyboard', async ({ page }) => {
  await open(page, 'map');
  const navigation = page.getByRole('navigation', { name: 'Views' });
  const names = await navigation.getByRole('link').allTextContents();
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    await navigation.getByRole('link', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Skip to content' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});
