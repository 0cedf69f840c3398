import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { buildDashboard } from '../../scripts/dashboards/dashboard.ts';
import { orderJourney } from '../../scripts/dashboards/service-dashboards.ts';
import { skipWithoutGrafana } from './grafana.ts';

skipWithoutGrafana();

const ask = async (
  api: APIRequestContext,
  path: string,
  params: Record<string, string>,
): Promise<unknown> => {
  const answer = await api.get(`/api/datasources/proxy/uid/${path}`, { params });
  expect(answer.status(), path).toBe(200);
  return answer.json();
};

/** The panel whose points are exemplars of the producer's requests. */
function exemplarPanel(): string {
  const { panels = [] } = buildDashboard(orderJourney);
  const found = panels.find((panel) => JSON.stringify(panel).includes('"exemplar":true'));
  return (found as { title?: string } | undefined)?.title ?? '';
}

/** Follows an exemplar of a dashboard to its trace. @returns the page that shows it: links may open another tab. */
async function openTrace(page: Page): Promise<Page> {
  await page.goto(`/d/go-coffee-${orderJourney.uid}?kiosk&from=now-30m&to=now`);
  const panel = page.getByTestId(`data-testid Panel header ${exemplarPanel()}`).first();
  await panel.scrollIntoViewIfNeeded();
  // By the keyboard: points lie over each other. Every ten seconds they are drawn anew, and what was opened is closed.
  await expect(async () => {
    await panel.getByTestId('data-testid Exemplar marker').last().press('Enter', { timeout: 5_000 });
    await page.getByText('Query with Tempo').first().click({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  const inExplore = (): Page | undefined =>
    page
      .context()
      .pages()
      .findLast((one) => one.url().includes('/explore'));
  await expect.poll(() => inExplore() !== undefined).toBe(true);
  return inExplore() ?? page;
}

test('an exemplar leads to its trace, and the trace to its logs', async ({ request: api, page }) => {
  test.setTimeout(180_000);
  const explore = await openTrace(page);
  const traceId = /[0-9a-f]{32}/.exec(decodeURIComponent(explore.url()))?.[0];
  expect(traceId, explore.url()).toBeDefined();
  expect(JSON.stringify(await ask(api, `tempo/api/traces/${traceId}`, {}))).toContain('producer');

  // A span is switched open by its line: `producer::POST /v1/orders`.
  const span = explore.locator('[role=switch][title^="producer::"]').first();
  await span.click();
  const toLogs = explore.getByText('Logs for this span').first();
  // Where there are more than three links they are in a menu.
  const menu = explore.getByRole('button', { name: 'Links', exact: true });
  await expect(toLogs.or(menu).first()).toBeVisible();
  if (!(await toLogs.isVisible())) await menu.click();
  await toLogs.click();

  // Beside the trace or in another tab, by Loki: the line that the producer has written of this request.
  const line = (one: Page) => one.getByText('request answered').first();
  await expect
    .poll(
      async () => {
        const seen = await Promise.all(
          explore
            .context()
            .pages()
            .map((one) => line(one).isVisible()),
        );
        return seen.includes(true);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  const logs = (await ask(api, 'loki/loki/api/v1/query_range', {
    query: `{service_name="producer"} | trace_id = "${traceId}"`,
  })) as { data: { result: unknown[] } };
  expect(logs.data.result.length).toBeGreaterThan(0);
});

test('the datasources know each other: exemplar to trace, trace to logs, log to trace', async ({
  request: api,
}) => {
  const of = async (uid: string): Promise<Record<string, unknown>> => {
    const { jsonData } = (await (await api.get(`/api/datasources/uid/${uid}`)).json()) as {
      jsonData: Record<string, unknown>;
    };
    return jsonData;
  };
  expect(await of('prometheus')).toMatchObject({
    exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
  });
  expect(await of('tempo')).toMatchObject({
    tracesToLogsV2: {
      datasourceUid: 'loki',
      query: '{$' + '{__tags}} | trace_id = "$' + '{__trace.traceId}"',
    },
  });
  expect(await of('loki')).toMatchObject({
    derivedFields: [{ datasourceUid: 'tempo', url: '$' + '{__value.raw}' }],
  });
});
