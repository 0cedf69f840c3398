import type { Backends } from './backends.ts';
import { metricsOf, type OptionalPart, prometheusLabel, type TelemetrySchema } from './schema.ts';

/** One thing that must hold. */
export interface Row {
  /** `producer: logs`, `producer → consumer` … */
  readonly what: string;
  /** What is asked, where it may be absent: the row is skipped then. */
  readonly part?: OptionalPart;
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
}

const found = (count: number, what: string): string | undefined => (count > 0 ? undefined : `no ${what}`);

/** Everything that the schema promises of a running stack. */
export function rowsOf(options: RowOptions): Row[] {
  const { backends, schema, traceId } = options;
  const services = Object.keys(schema.services);
  return [
    ...services.flatMap((service) => serviceRows(service, options)),
    ...schema.edges
      .filter(({ sometimes }) => !sometimes)
      .map(({ from, to }) => ({
        what: `${from} → ${to}`,
        ask: async () => {
          // The service graph pairs a message with the first who reads it: the trace knows the others as well.
          if (services.includes(to)) {
            const there = (await backends.edgesInTrace(traceId)).has(`${from} → ${to}`);
            return there ? undefined : `the trace ${traceId} does not go from ${from} to ${to}`;
          }
          const expression = `traces_service_graph_request_total{client="${from}",server="${to}"}`;
          return found(await backends.count('promql', expression), 'such edge in the service graph');
        },
      })),
    ...schema.infrastructure.map(({ what, expression, part }) => ({
      what,
      ...(part ? { part } : {}),
      ask: async () => found(await backends.count('promql', expression), `data for ${expression}`),
    })),
  ];
}

function serviceRows(service: string, options: RowOptions): Row[] {
  const { backends, schema, traceId } = options;
  const traces: Row[] = [
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
        const expression = `{trace:id = "${traceId}" && resource.service.name = "${service}"}`;
        return found(await backends.count('traceql', expression), `span in the trace ${traceId}`);
      },
    },
  ];
  return [
    ...(schema.services[service]?.handlesOrders === false ? [] : traces),
    {
      what: `${service}: logs in Loki`,
      part: 'loki',
      ask: async () => found(await backends.count('logql', `{service_name="${service}"}`), 'line'),
    },
    ...(schema.services[service]?.logsRequests
      ? [
          {
            what: `${service}: logs of the trace`,
            part: 'loki' as const,
            ask: async () => {
              const expression = `{service_name="${service}"} | trace_id = "${traceId}"`;
              return found(await backends.count('logql', expression), `line of the trace ${traceId}`);
            },
          },
        ]
      : []),
    { what: `${service}: metrics`, ask: () => compareMetrics(service, options) },
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
    // Made by the collector and by rules of what they take; the schema is of what services emit.
    if (/^(target_info$|traces_)|:/.test(name)) continue;
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
