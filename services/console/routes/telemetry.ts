import {
  alertPage,
  logPage,
  logQuery,
  metricAnswer,
  metricQuery,
  systemMap,
  trace,
  tracePage,
  traceParams,
  traceQuery,
} from '#contracts/http/console.ts';
import { type Route, route } from '#platform/http/route.ts';
import { readSystemMap } from '../system-map.ts';
import type { Jaeger } from '../upstream/jaeger.ts';
import type { Loki } from '../upstream/loki.ts';
import type { Prometheus } from '../upstream/prometheus.ts';
import { noStore, noStoreHeader } from './answers.ts';

export interface TelemetryBackends {
  readonly prometheus: Prometheus;
  readonly jaeger: Jaeger;
  readonly loki: Loki;
  readonly now: () => Date;
}

const access = ['operator'] as const;
const common = { method: 'get', tags: ['telemetry'], access } as const;

/** What telemetry says. A backend that is away is a 503 that names it: the others go on. */
export function telemetryRoutes({ prometheus, jaeger, loki, now }: TelemetryBackends): Route[] {
  return [
    route({
      ...common,
      path: '/console/v1/map',
      summary: 'All parts, their health, and what goes from one to another',
      responses: { 200: { description: 'The map', schema: systemMap, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async () => ({ status: 200, headers: noStore, body: await readSystemMap(prometheus, now()) }),
    }),
    route({
      ...common,
      path: '/console/v1/metrics',
      summary: 'A metric over time, by PromQL',
      query: metricQuery,
      responses: { 200: { description: 'Its series', schema: metricAnswer, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async ({ query }) => ({
        status: 200,
        headers: noStore,
        body: { series: await prometheus.range(query, now()) },
      }),
    }),
    route({
      ...common,
      path: '/console/v1/alerts',
      summary: 'Alerts that are pending or firing',
      responses: { 200: { description: 'Those of now', schema: alertPage, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async () => ({ status: 200, headers: noStore, body: { alerts: await prometheus.alerts() } }),
    }),
    route({
      ...common,
      path: '/console/v1/traces',
      summary: 'Traces of a service, newest first',
      query: traceQuery,
      responses: { 200: { description: 'Those that match', schema: tracePage, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async ({ query }) => ({
        status: 200,
        headers: noStore,
        body: { traces: await jaeger.search(query, now()) },
      }),
    }),
    route({
      ...common,
      path: '/console/v1/traces/:id',
      summary: 'A trace with all its spans',
      params: traceParams,
      responses: { 200: { description: 'Its spans, by their begin', schema: trace, headers: noStoreHeader } },
      problems: ['not-found', 'dependency-unavailable'],
      handler: async ({ params: { id } }) => ({
        status: 200,
        headers: noStore,
        body: { traceId: id, spans: await jaeger.trace(id) },
      }),
    }),
    route({
      ...common,
      path: '/console/v1/logs',
      summary: 'Log lines, newest first',
      description:
        'Without Loki the answer is 503: then the agent beside a Compose stack has them, and ./coffee logs.',
      query: logQuery,
      responses: { 200: { description: 'Those that match', schema: logPage, headers: noStoreHeader } },
      problems: ['dependency-unavailable'],
      handler: async ({ query }) => ({
        status: 200,
        headers: noStore,
        body: { source: 'loki', lines: await loki.lines(query, now()), complete: true },
      }),
    }),
  ];
}
