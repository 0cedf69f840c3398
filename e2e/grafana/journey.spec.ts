import { type APIRequestContext, expect, test } from '@playwright/test';
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

/** The trace that an exemplar of latency leads to. */
async function exemplarTrace(api: APIRequestContext): Promise<string> {
  const now = Date.now() / 1000;
  const found = (await ask(api, 'prometheus/api/v1/query_exemplars', {
    query: 'traces_kept_duration_seconds_bucket{service_name="producer"}',
    start: String(now - 1800),
    end: String(now),
  })) as { data: { exemplars: { labels: { trace_id?: string } }[] }[] };
  const ids = found.data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id ?? ''));
  expect(ids.length).toBeGreaterThan(0);
  return ids.at(-1) ?? '';
}

test('an exemplar leads to its trace, and the trace to its logs', async ({ request: api, page }) => {
  const traceId = await exemplarTrace(api);
  expect(JSON.stringify(await ask(api, `tempo/api/traces/${traceId}`, {}))).toContain('producer');
  const logs = (await ask(api, 'loki/loki/api/v1/query_range', {
    query: `{service_name=~".+"} | trace_id = "${traceId}"`,
  })) as { data: { result: unknown[] } };
  expect(logs.data.result.length).toBeGreaterThan(0);
  const panes = {
    a: {
      datasource: 'tempo',
      queries: [{ refId: 'A', queryType: 'traceql', query: traceId }],
      range: { from: 'now-1h', to: 'now' },
    },
  };
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`);
  await expect(page.getByText(/producer/).first()).toBeVisible();
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
