import type { LogQuery } from '#contracts/http/console.ts';

/** A string of LogQL: Go's rules of escaping are those of JSON here. */
const quoted = (text: string): string => JSON.stringify(text);

/** The LogQL of a query; what is asked for is quoted, and can't become part of the expression. */
export function logql({ service, text, traceId }: Pick<LogQuery, 'service' | 'text' | 'traceId'>): string {
  const selector = service === undefined ? '{service_name=~".+"}' : `{service_name=${quoted(service)}}`;
  const containing = text === undefined || text === '' ? '' : ` |= ${quoted(text)}`;
  const ofTrace = traceId === undefined ? '' : ` | trace_id = ${quoted(traceId)}`;
  return `${selector}${containing}${ofTrace}`;
}
