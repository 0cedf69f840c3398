import { z } from 'zod';
import { type Span, spansOf } from '#platform/telemetry/otlp-spans.ts';
import { type ApiClient, NoReplyError } from '../stack/api-client.ts';

/**
 * Reads a trace from Jaeger's stable query API (v3, OTLP JSON); empty while Jaeger does not know it.
 * @throws NoReplyError when Jaeger does not answer
 */
export async function fetchTrace(jaeger: ApiClient, traceId: string): Promise<Span[]> {
  const reply = await jaeger.send({ method: 'GET', path: `/api/v3/traces/${traceId}`, timeoutMs: 5_000 });
  if (reply.status === 404) return [];
  if (reply.status !== 200) throw new NoReplyError(`STATUS_${reply.status}`);
  const { result } = z.object({ result: z.unknown() }).parse(reply.body);
  return spansOf(result);
}

// A batch's trace has some ten spans of a kilobyte each: what is read of them at once stays below a megabyte.
const mostTraces = 50;

/**
 * Reads the latest traces of a service that began since then, and before `until` (now unless told); empty when there is none.
 * @throws NoReplyError when Jaeger does not answer
 */
export async function findSpans(
  jaeger: ApiClient,
  service: string,
  since: Date,
  // The clocks of machines differ.
  until = new Date(Date.now() + 60_000),
): Promise<Span[]> {
  const query = new URLSearchParams({
    'query.service_name': service,
    'query.start_time_min': since.toISOString(),
    'query.start_time_max': until.toISOString(),
    'query.num_traces': String(mostTraces),
  });
  const reply = await jaeger.send({ method: 'GET', path: `/api/v3/traces?${query}`, timeoutMs: 5_000 });
  if (reply.status === 404) return [];
  if (reply.status !== 200) throw new NoReplyError(`STATUS_${reply.status}`);
  return spansOf(z.object({ result: z.unknown() }).parse(reply.body).result);
}
