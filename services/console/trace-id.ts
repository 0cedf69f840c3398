/** Of a W3C `traceparent` the id of the trace, 32 hexadecimal digits. https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceIdOf = (traceparent: string | undefined): string | null =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1] ?? null;
