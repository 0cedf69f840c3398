import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dashboardLink, logsLink, metricLink, traceLink } from './grafana-links.ts';

const grafana = 'https://localhost:3000';
const traceId = 'a'.repeat(32);

/** What Explore finds in an address: the datasource, the query and its time. */
function paneOf(link: string): unknown {
  const { origin, pathname, searchParams } = new URL(link);
  expect([origin, pathname, searchParams.get('schemaVersion')]).toEqual([grafana, '/explore', '1']);
  return JSON.parse(searchParams.get('panes') ?? '').a;
}

// As e2e/grafana opens a trace in a real one.
it('leads to a trace', () => {
  expect(paneOf(traceLink(grafana, traceId))).toEqual({
    datasource: 'tempo',
    queries: [{ refId: 'A', queryType: 'traceql', query: traceId }],
    range: { from: 'now-1h', to: 'now' },
  });
});

it('leads to logs and metrics, for the time that is looked at', () => {
  expect(paneOf(logsLink(grafana, { service: 'producer', text: '"}', traceId, minutes: 15 }))).toEqual({
    datasource: 'loki',
    queries: [{ refId: 'A', expr: `{service_name="producer"} |= "\\"}" | trace_id = "${traceId}"` }],
    range: { from: 'now-15m', to: 'now' },
  });
  expect(paneOf(metricLink(grafana, 'up == 0', 60))).toEqual({
    datasource: 'prometheus',
    queries: [{ refId: 'A', expr: 'up == 0' }],
    range: { from: 'now-60m', to: 'now' },
  });
});

it('leads to dashboards that there are', async () => {
  for (const name of ['delivery', 'objectives', 'services'] as const) {
    const file = new URL(`../../../observability/grafana/dashboards/${name}.json`, import.meta.url);
    const { uid } = JSON.parse(await readFile(file, 'utf8'));
    expect(dashboardLink('https://example.com/grafana/', name)).toBe(`https://example.com/grafana/d/${uid}`);
  }
});
