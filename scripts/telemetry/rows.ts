import type { Backends } from './backends.ts';
import { edgeRows, grownSince } from './edges.ts';
import { metricsOf, type OptionalPart, prometheusLabel, type TelemetrySchema } from './schema.ts';
import { ofTrace } from './trace-query.ts';

/** One thing that must hold. */
export interface Row {
  /** `producer: logs`, `producer → consumer` … */
  readonly what: string;
  /** What is asked, where it may be absent: the row is skipped then. */
  readonly part?: OptionalPart;
  /** What is there only sometimes: it is asked, and nobody waits for it. */
  readonly rare?: boolean;
  /** What is wrong; undefined when it holds. */
  ask(): Promise<string | undefined>;
}

export interface RowOptions {
  readonly backends: Backends;
  readonly schema: TelemetrySchema;
  /** When the check began: what was before does not count. */
  readonly since: Date;
  /** Of an order that was placed since then. */
  readonly traceId: string;
  /** Traces of other requests since then, by the service that took them. */
  readonly visits?: Readonly<Record<string, string>>;
}

// Made of spans that were kept: the SDK for JavaScript has no exemplars (docs/adr/0033).
const requestDuration = 'traces_kept_duration_seconds_bucket{service_name="producer"}';

const found = (count: number, what: string): string | undefined => (count > 0 ? undefined : `no ${what}`);

/** Everything that the schema promises of a running stack. */
export function rowsOf(options: RowOptions): Row[] {
  const { backends, schema, since } = options;
  return [
    ...Object.keys(schema.services).flatMap((service) => serviceRows(service, options)),
    ...edgeRows(options),
    {
      what: 'the service graph',
      ask: async () => {
        const grown = grownSince('traces_service_graph_request_total', since);
        return found(await backends.count('promql', grown), 'edge that it has counted since the check began');
      },
    },
    {
      what: 'exemplars of requests',
      ask: async () => {
        const traces = await backends.exemplarsSince(requestDuration, since);
        return found(traces.length, `exemplar of ${requestDuration} since the check began`);
      },
    },
    ...schema.infrastructure.map(({ what, expression, part }) => ({
      what,
      ...(part ? { part } : {}),
      ask: async () => found(await backends.count('promql', expression), `data for ${expression}`),
    })),
  ];
}

function serviceRows(service: string, options: RowOptions): Row[] {
  const { backends, since } = options;
  const traceId = traceOf(service, options);
  return [
    ...(traceId === undefined ? [] : traceRows(service, traceId, options)),
    {
      what: `${service}: logs in Loki`,
      part: 'loki',
      ask: async () => {
        const count = await backends.count('logql', `{service_name="${service}"}`, since);
        return found(count, 'line since the check began');
      },
    },
    { what: `${service}: metrics`, ask: () => compareMetrics(service, options) },
  ];
}

/** Of what the check did with the service: the order, or a request of its own. */
const traceOf = (
  service: string,
  { schema, traceId, visits = {} }: Pick<RowOptions, 'schema' | 'traceId' | 'visits'>,
): string | undefined => (schema.services[service]?.handlesOrders === false ? visits[service] : traceId);

function traceRows(service: string, traceId: string, { backends, since }: RowOptions): Row[] {
  return [
    {
      what: `${service}: traces in Jaeger`,
      ask: async () => {
        const services = await backends.servicesInTrace(traceId);
        return found(services.filter((one) => one === service).length, `span in the trace ${traceId}`);
      },
    },
    {
      what: `${service}: traces in Tempo`,
      part: 'tempo',
      ask: async () => {
        const expression = `{${ofTrace(traceId)} && resource.service.name = "${service}"}`;
        return found(await backends.count('traceql', expression), `span in the trace ${traceId}`);
      },
    },
    {
      what: `${service}: logs of the trace`,
      part: 'loki',
      ask: async () => {
        const expression = `{service_name="${service}"} | trace_id = "${traceId}"`;
        return found(await backends.count('logql', expression, since), `line of the trace ${traceId}`);
      },
    },
  ];
}

// Of Prometheus itself, and of histograms.
const labelsOfEverything = ['__name__', 'job', 'instance', 'le'];

/** Names, units and attributes that a service emits against those of the schema. */
async function compareMetrics(
  service: string,
  { backends, schema, since }: RowOptions,
): Promise<string | undefined> {
  const declared = metricsOf(service, schema);
  const known = new Set([...labelsOfEverything, ...schema.resource.map(prometheusLabel)]);
  const seen = new Set<string>();
  const wrong = new Set<string>();
  for (const labels of await backends.seriesOf(service, since)) {
    const { __name__: name = '' } = labels;
    // Made by the collector, by rules and by alerts of what they take; the schema is of what services emit.
    if (/^((target_info|ALERTS|ALERTS_FOR_STATE)$|traces_)|:/.test(name)) continue;
    const base = declared.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    const metric = declared.get(base);
    seen.add(base);
    if (!metric) {
      wrong.add(`${base} is not in the schema`);
      continue;
    }
    const attributes = new Set(metric.attributes.map(prometheusLabel));
    for (const label of Object.keys(labels))
      if (!known.has(label) && !attributes.has(label))
        wrong.add(`${base} has ${label}, which the schema does not know`);
  }
  for (const [name, { sometimes }] of declared)
    if (!sometimes && !seen.has(name)) wrong.add(`${name} does not come`);
  return wrong.size === 0 ? undefined : [...wrong].sort().join('; ');
}
