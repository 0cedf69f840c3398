import type { DoorName } from './report.ts';

/** What an order needs. */
export const orderPathDoors: readonly DoorName[] = [
  'producer → kafka:9092',
  'producer → postgres:5432',
  'producer → redis:6379',
  'consumer → kafka:9092',
  'consumer → postgres:5432',
  'consumer → redis:6379',
];

/** What its trace needs. */
export const traceDoors: readonly DoorName[] = [
  'producer → otel-collector:4317',
  'consumer → otel-collector:4317',
  'otel-collector → jaeger:4318',
];

/** What goes on all the time: metrics, logs, and what the collector and Prometheus ask others. */
export const metricsDoors: readonly DoorName[] = [
  'otel-collector → prometheus:9090',
  'otel-collector → kafka:9092',
  'otel-collector → postgres:5432',
  'otel-collector → redis:6379',
  'prometheus → alertmanager:9093',
];

/** Where the images of Tempo and Loki are. */
export const storesDoors: readonly DoorName[] = [
  'otel-collector → tempo:4318',
  'otel-collector → loki:3100',
  'prometheus → tempo:3200',
  'prometheus → loki:3100',
];
