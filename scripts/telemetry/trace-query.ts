/**
 * A condition of TraceQL for one trace. Tempo's `trace:id` is without the zeros that an id may begin with, as one of sixteen
 * does, and a newer one may mend that: either matches.
 */
export function ofTrace(traceId: string): string {
  const short = traceId.replace(/^0+/, '');
  return short === traceId ? `trace:id = "${traceId}"` : `(trace:id = "${traceId}" || trace:id = "${short}")`;
}
