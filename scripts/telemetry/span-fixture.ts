import type { Span } from '#platform/telemetry/otlp-spans.ts';

/** A span in which a service calls what is none, of long after any check began. */
export const callOf = (service: string, system: string, over: Partial<Span> = {}): Span => ({
  traceId: 'abc',
  spanId: 'def',
  parentId: undefined,
  name: 'get',
  service,
  startMs: Date.parse('2100-01-01T00:00:00Z'),
  durationMs: 1,
  failed: false,
  links: [],
  attributes: { 'db.system.name': system },
  ...over,
});
