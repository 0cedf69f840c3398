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
