import type { Span } from '#platform/telemetry/otlp-spans.ts';

/** The trace of an order, and the trace of the batch that it was written with. */
export interface OrderTrace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** Spans of the batch's trace; the batch's own span is the one that `process orders.v1` links to. */
  readonly batch: readonly Span[];
  /** What has to be there and is not, in words; empty when the trace is complete. */
  readonly missing: readonly string[];
}

const named = (spans: readonly Span[], name: string): Span | undefined =>
  spans.find((span) => span.name === name);

/** The order book's span: the streams service reads the same topic. */
const processing = (spans: readonly Span[]): Span | undefined =>
  spans.find(({ name, service }) => name === 'process orders.v1' && service === 'consumer');

/** The batch that the order was processed in: the trace that its `process` span links to. */
export const batchTraceId = (spans: readonly Span[]): string | undefined =>
  processing(spans)?.links[0]?.traceId;

const isPostgres = ({ attributes }: Span): boolean =>
  (attributes['db.system.name'] ?? attributes['db.system']) === 'postgresql';

/** Whether `span` is below `ancestor`. */
function isBelow(span: Span, ancestor: Span, spans: readonly Span[]): boolean {
  for (let at: Span | undefined = span; at; at = spans.find(({ spanId }) => spanId === at?.parentId)) {
    if (at.parentId === ancestor.spanId) return true;
  }
  return false;
}

/** Says what is missing for one trace from the producer's request to the consumer's database work. */
export function judgeTrace(traceId: string, spans: readonly Span[], batch: readonly Span[]): OrderTrace {
  const missing: string[] = [];
  const request = named(spans, 'POST /v1/orders');
  const send = named(spans, 'send orders.v1');
  const process = processing(spans);
  if (!request) missing.push("the producer's span POST /v1/orders");
  if (!send) missing.push("the producer's span send orders.v1");
  else if (request && !isBelow(send, request, spans)) missing.push('send orders.v1 below POST /v1/orders');
  if (!process) missing.push("the consumer's span process orders.v1");
  else if (send && !isBelow(process, send, spans)) missing.push('process orders.v1 below send orders.v1');
  const link = process?.links[0];
  if (process && !link) missing.push('the link from process orders.v1 to its batch');
  const batchSpan = batch.find(({ spanId }) => spanId === link?.spanId);
  if (link && !batchSpan) missing.push('the linked span process batch orders.v1');
  if (batchSpan && !batch.some((span) => isPostgres(span) && isBelow(span, batchSpan, batch))) {
    missing.push("the batch's PostgreSQL span");
  }
  return { traceId, spans, batch, missing };
}
