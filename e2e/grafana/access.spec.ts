import { expect, request, test } from '@playwright/test';
import { grafanaUrl, skipWithoutGrafana } from './grafana.ts';

skipWithoutGrafana();

test.describe('who is not signed in', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('sees nothing but the login', async ({ page }) => {
    await page.goto('/dashboards');
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  });

  test('does not get in with a guessed password', async () => {
    const context = await request.newContext({ baseURL: grafanaUrl, ignoreHTTPSErrors: true });
    const answer = await context.post('/login', { data: { user: 'admin', password: 'admin' } });
    expect(answer.status()).toBe(401);
    await context.dispose();
  });
});

test('it is well', async ({ request: api }) => {
  expect(await (await api.get('/api/health')).json()).toMatchObject({ database: 'ok' });
});

for (const uid of ['prometheus', 'jaeger', 'loki']) {
  test(`it reaches ${uid}`, async ({ request: api }) => {
    const answer = await api.get(`/api/datasources/uid/${uid}/health`);
    expect(await answer.json()).toMatchObject({ status: 'OK' });
  });
}

// These have no check of their health in Grafana's backend (version 12.2 has none of Tempo's): they are asked through it.
for (const [uid, path] of [
  ['alertmanager', 'api/v2/status'],
  ['tempo', 'api/echo'],
]) {
  test(`it reaches ${uid}`, async ({ request: api }) => {
    const answer = await api.get(`/api/datasources/proxy/uid/${uid}/${path}`);
    expect(answer.ok()).toBe(true);
  });
}

test('it shows the rules of Prometheus', async ({ request: api, page }) => {
  const answer = await api.get('/api/prometheus/prometheus/api/v1/rules');
  const { data } = (await answer.json()) as { data: { groups: { rules: { name: string }[] }[] } };
  const names = data.groups.flatMap(({ rules }) => rules.map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining(['ErrorBudgetBurnsFast', 'PartDown', 'DeadLettersGrow']));
  await page.goto('/alerting/list?search=PartDown');
  // It shows the files of rules, closed.
  await page.getByRole('button', { name: 'Expand all' }).click();
  await expect(page.getByText('PartDown').first()).toBeVisible();
});
