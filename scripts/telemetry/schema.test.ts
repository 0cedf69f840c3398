import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { metricsOf, prometheusName, readTelemetrySchema } from './schema.ts';

const schema = await readTelemetrySchema();

it.each([
  ['orders.accepted', '{order}', 'counter', 'orders_accepted_total'],
  ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
  ['coffee.outbox.lag', 'ms', 'gauge', 'coffee_outbox_lag_milliseconds'],
  ['nodejs.eventloop.utilization', '1', 'gauge', 'nodejs_eventloop_utilization_ratio'],
  ['process.memory.usage', 'By', 'gauge', 'process_memory_usage_bytes'],
] as const)('%s in %s, a %s, is %s', (name, unit, type, expected) => {
  expect(prometheusName({ name, unit, type })).toBe(expected);
});

it('knows every service that has metrics of its own', () => {
  const withMetrics = readdirSync(join(repositoryRoot, 'services')).filter((service) =>
    readdirSync(join(repositoryRoot, 'services', service)).includes('metrics.ts'),
  );
  expect(Object.keys(schema.services)).toEqual(expect.arrayContaining(withMetrics));
});

it('has services at both ends of edges between services', () => {
  const outside = new Set(['jsonrpc', 'postgresql', 'redis']);
  for (const { from, to } of schema.edges) {
    expect(schema.services[from], from).toBeDefined();
    expect(outside.has(to) || schema.services[to] !== undefined, to).toBe(true);
  }
});

// Guard: a series for each order, customer or path would fill Prometheus.
it('has no attribute with many values', () => {
  for (const service of Object.keys(schema.services)) {
    for (const { name, attributes } of metricsOf(service, schema).values())
      for (const attribute of attributes)
        expect(attribute, name).not.toMatch(/(^|[._])(id|key|path|query|user|customer|address_full|order)$/);
  }
});
