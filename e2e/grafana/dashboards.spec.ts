import { expect, type Locator, test } from '@playwright/test';
import { buildDashboard } from '../../scripts/dashboards/dashboard.ts';
import { dashboards } from '../../scripts/dashboards/dashboards.ts';
import { quietMark } from '../../scripts/telemetry/expressions.ts';
import { skipWithoutGrafana } from './grafana.ts';

skipWithoutGrafana();

interface ShownPanel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
}

/** What a panel has drawn of its data: a line, a node, a cell or a value. It is empty until there is an answer. */
function drawn(panel: Locator): Locator {
  const content = panel.getByTestId('data-testid panel content');
  return content
    .locator('canvas, svg circle, [role=gridcell], [role=cell]')
    .or(content.getByText(/\d/))
    .first();
}

for (const description of dashboards) {
  test(`${description.title} shows every panel, with data and without an error`, async ({ page }) => {
    const failures: string[] = [];
    page.on('response', (response) => {
      if (/\/api\/ds\/query/.test(response.url()) && response.status() >= 400)
        failures.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`/d/go-coffee-${description.uid}?kiosk&from=now-15m&to=now`);
    const panels = (buildDashboard(description).panels ?? []) as ShownPanel[];
    for (const { type, title = '', description: text = '' } of panels) {
      if (type === 'row') continue;
      const panel = page.getByTestId(`data-testid Panel header ${title}`).first();
      await panel.scrollIntoViewIfNeeded();
      await expect(panel, title).toBeVisible();
      await expect(panel.getByLabel('Panel loading bar'), title).toHaveCount(0);
      const nothing = panel.getByText(/^No data/);
      const isQuiet = text.includes(quietMark);
      // Only then can anything be missing.
      await expect(isQuiet ? drawn(panel).or(nothing).first() : drawn(panel), title).toBeVisible();
      await expect(panel.getByTestId('data-testid Panel status error'), title).toHaveCount(0);
      if (!isQuiet) await expect(nothing, title).toHaveCount(0);
    }
    expect(failures).toEqual([]);
  });
}
