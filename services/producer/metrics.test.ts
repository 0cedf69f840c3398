import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, expect, test } from 'vitest';
import { createOrderMetrics } from './metrics.ts';

afterEach(() => metrics.disable());

test('what happens to orders is counted, rejections by reason', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  metrics.setGlobalMeterProvider(provider);
  const recorder = createOrderMetrics();
  recorder.accepted();
  recorder.accepted();
  recorder.replayed();
  recorder.rejected('overloaded');
  recorder.receiptFailed('claim');
  await provider.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ value, attributes }) => [descriptor.name, value, attributes]),
    );
  expect(points).toEqual([
    ['orders.accepted', 2, {}],
    ['orders.replayed', 1, {}],
    ['orders.rejected', 1, { reason: 'overloaded' }],
    ['orders.receipts.failed', 1, { operation: 'claim' }],
  ]);
  await provider.shutdown();
});
