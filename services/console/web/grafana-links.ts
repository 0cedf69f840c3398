import type { LogQuery } from '#contracts/http/console.ts';
import { logql } from '../logql.ts';

/** Dashboards of observability/grafana/dashboards, by their names there. */
export type Dashboard = 'delivery' | 'objectives' | 'services';

const under = (grafanaUrl: string, path: string): string => `${grafanaUrl.replace(/\/$/, '')}/${path}`;

/**
 * An address of Grafana's Explore.
 * https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools
 */
function explore(
  grafanaUrl: string,
  datasource: string,
  query: Readonly<Record<string, string>>,
  from: string,
): string {
  const panes = { a: { datasource, queries: [{ refId: 'A', ...query }], range: { from, to: 'now' } } };
  const parameters = new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify(panes) });
  return under(grafanaUrl, `explore?${parameters}`);
}

export const traceLink = (grafanaUrl: string, traceId: string): string =>
  explore(grafanaUrl, 'tempo', { queryType: 'traceql', query: traceId }, 'now-1h');

export const logsLink = (
  grafanaUrl: string,
  { minutes, ...query }: Pick<LogQuery, 'service' | 'text' | 'traceId' | 'minutes'>,
): string => explore(grafanaUrl, 'loki', { expr: logql(query) }, `now-${minutes}m`);

export const metricLink = (grafanaUrl: string, expression: string, minutes: number): string =>
  explore(grafanaUrl, 'prometheus', { expr: expression }, `now-${minutes}m`);

export const dashboardLink = (grafanaUrl: string, name: Dashboard): string =>
  under(grafanaUrl, `d/go-coffee-${name}`);
