import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { deploymentTag } from '../../scripts/deploy/annotation.ts';
import { sentence } from '../../scripts/deploy/notify.ts';
import { skipWithoutGrafana } from './grafana.ts';

skipWithoutGrafana();

// Of @grafana/e2e-selectors, as in Grafana's own tests.
const marker = 'data-testid annotation-marker';

/** Texts of what Grafana has stored of deployments. */
async function deployments(api: APIRequestContext): Promise<string[]> {
  const answer = await api.get('/api/annotations', { params: { tags: deploymentTag } });
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { text: string }[]).map(({ text }) => text);
}

/** Whether it is shown soon. */
const saysIt = (page: Page, text: string): Promise<boolean> =>
  page
    .getByText(text)
    .first()
    .waitFor({ timeout: 500 })
    .then(
      () => true,
      () => false,
    );

/** Points at the marks of a dashboard, one after another, until one says it: each panel has it. */
async function expectMark(page: Page, text: string): Promise<void> {
  await expect(async () => {
    const marks = page.getByTestId(marker);
    await expect(marks.first()).toBeVisible({ timeout: 5_000 });
    for (const mark of await marks.all()) {
      // Others may lie over it, or it is drawn anew meanwhile: the next one, or the next round.
      const isHovered = await mark.hover({ timeout: 1_000 }).then(
        () => true,
        () => false,
      );
      if (isHovered && (await saysIt(page, text))) return;
    }
    throw new Error(`none of ${await marks.count()} marks says "${text}"`);
  }).toPass({ timeout: 120_000 });
}

test('a deployment is marked on a dashboard, with what was deployed', async ({ request: api, page }) => {
  test.setTimeout(180_000);
  const text = sentence({
    kind: 'succeeded',
    image: `go-coffee/service:${randomUUID()}`,
    environment: 'e2e',
  });
  const posted = await api.post('/api/annotations', {
    data: { time: Date.now() - 60_000, text, tags: [deploymentTag, 'e2e', 'succeeded'] },
  });
  expect(posted.status(), await posted.text()).toBe(200);
  const { id } = (await posted.json()) as { id: number };
  try {
    expect(await deployments(api)).toContain(text);
    await page.goto('/d/go-coffee-services?kiosk&from=now-5m&to=now');
    // What alerts have marked is as long as they fired, and lies over it.
    const alerts = page.getByRole('switch', { name: 'Firing alerts' });
    await alerts.press('Space');
    await expect(alerts).not.toBeChecked();
    await expectMark(page, text);
  } finally {
    const removed = await api.delete(`/api/annotations/${id}`);
    expect(removed.status()).toBe(200);
  }
  expect(await deployments(api)).not.toContain(text);
});
