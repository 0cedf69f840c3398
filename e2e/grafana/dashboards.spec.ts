import { expect, test } from '@playwright/test';
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
      await expect(panel.getByTestId('data-testid Panel status error'), title).toHaveCount(0);
      if (!text.includes(quietMark)) await expect(panel.getByText(/^No data/), title).toHaveCount(0);
    }
    expect(failures).toEqual([]);
  });
}
