import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';

const metric = z.strictObject({
  name: z.string(),
  unit: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  /** Only a fault or rare traffic makes it. */
  sometimes: z.boolean().default(false),
  attributes: z.array(z.string()).default([]),
});
export type Metric = z.infer<typeof metric>;

/** Parts of telemetry that a stack may do without: by its profile, or since their images can't be had. */
const optionalPart = z.enum(['alertmanager', 'tempo', 'loki']);
export type OptionalPart = z.infer<typeof optionalPart>;

const signal = z.enum(['traces', 'metrics', 'logs']);
export type Signal = z.infer<typeof signal>;

const schema = z
  .strictObject({
    resource: z.array(z.string()),
    'every service': z.strictObject({ signals: z.array(signal), metrics: z.array(metric) }),
    services: z.record(
      z.string(),
      z.strictObject({
        metrics: z.array(metric),
        /** Whether an order's trace goes through it. Of one that handles none the check must make a request. */
        handlesOrders: z.boolean().default(true),
        /** Of what every service emits what this one does not, by name: it has no such part. */
        without: z.array(z.string()).default([]),
      }),
    ),
    edges: z.array(
      z.strictObject({ from: z.string(), to: z.string(), sometimes: z.boolean().default(false) }),
    ),
    infrastructure: z.array(
      z.strictObject({ what: z.string(), expression: z.string(), part: optionalPart.optional() }),
    ),
  })
  .transform(({ 'every service': common, ...rest }) => ({ ...rest, common }));
export type TelemetrySchema = z.infer<typeof schema>;

/** observability/telemetry-schema.yaml. @throws ZodError when it is not of its form */
export async function readTelemetrySchema(): Promise<TelemetrySchema> {
  const text = await readFile(join(repositoryRoot, 'observability/telemetry-schema.yaml'), 'utf8');
  return schema.parse(parse(text));
}

/** What a service may emit, by the name that Prometheus has for it; what it says itself wins over what all have. */
export function metricsOf(service: string, { common, services }: TelemetrySchema): Map<string, Metric> {
  const { metrics: own = [], without = [] } = services[service] ?? {};
  const shared = common.metrics.filter(({ name }) => !without.includes(name));
  return new Map([...shared, ...own].map((one) => [prometheusName(one), one]));
}

const unitNames: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/**
 * The name in Prometheus, as the exporter for remote write makes it; of a histogram without `_bucket`, `_sum`, `_count`.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName({ name, unit, type }: Pick<Metric, 'name' | 'unit' | 'type'>): string {
  const words = [prometheusLabel(name)];
  if (unit === '1') words.push(...(type === 'gauge' ? ['ratio'] : []));
  else if (!unit.startsWith('{')) words.push(unitNames[unit] ?? unit);
  if (type === 'counter') words.push('total');
  return words.join('_');
}

export const prometheusLabel = (attribute: string): string => attribute.replaceAll(/[^a-zA-Z0-9_]/g, '_');
