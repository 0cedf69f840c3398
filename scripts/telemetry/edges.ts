import type { Span } from '#platform/telemetry/otlp-spans.ts';
import type { Row, RowOptions } from './rows.ts';

/** Series of a counter that have grown, or come, since then. */
export const grownSince = (series: string, since: Date): string => {
  const before = `${series} @ ${since.getTime() / 1000}`;
  return `(${series} > ${before}) or (${series} unless ${before})`;
};

/** Whom a span of a client calls that is no service: a database, or a chain's endpoints. */
const calledBy = ({ attributes }: Span): string | undefined =>
  attributes['db.system.name'] ?? attributes['db.system'] ?? attributes['rpc.system.name'];

/**
 * A row for each edge. By spans, not by the service graph alone: its counters are told for a quarter of an hour after the last
 * call.
 */
export function edgeRows(options: RowOptions): Row[] {
  const { schema } = options;
  return schema.edges.map(({ from, to, sometimes }) => ({
    what: `${from} → ${to}`,
    ...(sometimes ? { rare: true } : {}),
    ask: () =>
      schema.services[to] === undefined
        ? askCall(from, to, options)
        : askHandOver({ from, to, sometimes }, options),
  }));
}

/** Of a call of what is no service: a span of it since the check began. */
async function askCall(
  from: string,
  to: string,
  { backends, since, traceId, visits = {} }: RowOptions,
): Promise<string | undefined> {
  const isThere = (spans: readonly Span[]): boolean =>
    spans.some((span) => span.service === from && span.startMs >= since.getTime() && calledBy(span) === to);
  if (isThere(await backends.spansSince(from, since))) return undefined;
  // Beside much other traffic the check's own traces are not among the latest.
  if (isThere(await backends.spansOfWork([traceId, ...Object.values(visits)]))) return undefined;
  return `no span since the check began in which ${from} calls ${to}`;
}

/** The service graph pairs a message with the first who reads it: the trace knows the others as well. */
async function askHandOver(
  { from, to, sometimes }: RowOptions['schema']['edges'][number],
  { backends, since, traceId }: RowOptions,
): Promise<string | undefined> {
  if ((await backends.edgesInTrace(traceId)).has(`${from} → ${to}`)) return undefined;
  // What only other orders do may be in no trace that the check knows.
  const graph = `traces_service_graph_request_total{client="${from}",server="${to}"}`;
  if (sometimes && (await backends.count('promql', grownSince(graph, since))) > 0) return undefined;
  return `the trace ${traceId} does not go from ${from} to ${to}`;
}
