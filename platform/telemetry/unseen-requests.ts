import type { Attributes, Histogram, Meter } from '@opentelemetry/api';

let durations: Histogram | undefined;

/**
 * From now on what is answered without the HTTP instrumentation is counted together with what it sees.
 *
 * @param meter of the instrumentation's name and version: what has one name there is one stream, with the
 *   instrumentation's buckets
 */
export function countUnseenRequests(meter: Meter): void {
  durations = meter.createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
  });
}

/**
 * @param startedAt by performance.now()
 * @param attributes those that the instrumentation would give it
 */
export function countUnseenRequest(startedAt: number, attributes: Attributes): void {
  durations?.record((performance.now() - startedAt) / 1_000, attributes);
}
